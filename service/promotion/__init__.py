"""A model's way into service and out of it: tried, made to read, promoted, forgotten."""
