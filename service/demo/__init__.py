"""Shops to look at: the pictures of public data sets as products."""
