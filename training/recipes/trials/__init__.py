"""What a training on a shop's own photos is tried on, to know what it gives."""
