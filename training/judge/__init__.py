"""Figures: what is right, how sure of it, and what tells a garment from other things."""
