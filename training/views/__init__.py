"""What a network sees of a picture in an epoch: moved, relit, blended, in batches."""
