"""What a picture file says of itself, what decoding it takes, and the decoding."""
