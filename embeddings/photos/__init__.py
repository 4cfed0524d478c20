"""Pictures of strangers: the one way in, many as a stream, and where they are kept."""
