"""Products that may be one: pairs of them, what was decided, and where merged ones went."""
