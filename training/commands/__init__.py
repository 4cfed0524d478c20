"""The commands of `lookalike-train`, one a file; each imports what it needs only when it runs."""
