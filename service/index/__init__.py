"""The index that searches: a view of the catalogue in memory, and what it remembers of it."""
