"""Searches by photo, remembered for a while and sealed."""
