"""The queue of products that want a person's look: which, why, whose, and what is decided."""
