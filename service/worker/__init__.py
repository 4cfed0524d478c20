"""The process that does background work."""
