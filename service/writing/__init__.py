"""Products as programs write them: one at a time, their pictures, and many in a batch."""
