"""Pictures framed one after the other, as serving frames them."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from embeddings.model.bundle import InputSpec
from embeddings.photos.photo import open_photo
from embeddings.reading.framing import frame
from embeddings.types import Photo, Pixels
from training.progress import Progress


def framed(paths: Sequence[Path], spec: InputSpec, progress: Progress) -> Iterable[Pixels]:
    """Frame pictures one after the other, as serving does."""
    for number, path in enumerate(paths):
        yield frame(open_photo(path.read_bytes()), spec)
        if number % 50 == 0 or number == len(paths) - 1:
            progress(number + 1, len(paths), "reading")


def as_photo(pixels: Pixels, spec: InputSpec) -> Pixels:
    """Frame decoded pixels as serving does."""
    return frame(Photo(pixels), spec)
