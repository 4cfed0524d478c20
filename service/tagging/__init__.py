"""Categories of pictures of no catalogue, named as a stream."""
