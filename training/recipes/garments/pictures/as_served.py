"""Decoded pictures framed as serving frames them."""

from embeddings.model.bundle import InputSpec
from embeddings.reading.framing import frame
from embeddings.types import Photo, Pixels


def as_photo(pixels: Pixels, spec: InputSpec) -> Pixels:
    """Frame decoded pixels as serving does."""
    return frame(Photo(pixels), spec)
