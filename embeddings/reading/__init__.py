"""Reads photos with a bundle's network, and turns its numbers into words."""
