"""What is asked of an index and what it answers, whatever its kind; and its file on disk."""
