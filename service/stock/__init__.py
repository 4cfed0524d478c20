"""What the shop has: how products and pictures come in, change, leave, and go out to a file."""
