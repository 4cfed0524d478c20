"""The recipe for a shop's own photos and categories."""
