"""The form in which pictures are kept: what a model reads of one, wherever it came from."""

import io

import numpy as np
from PIL import Image

from embeddings.limits import PhotoLimits
from embeddings.photos.photo import open_photo
from embeddings.types import Photo, StoredFile

LONGEST_SIDE = 1280  # pixels; larger pictures are kept at this
SMALL_SIDE = 64  # up to this longest side a picture is kept exactly
OWN_FILES = PhotoLimits(max_bytes=2**30)
_EXACT = ".png"
_QUALITY = 88  # no difference to be seen at a shop's sizes


def as_stored(photo: Photo) -> Photo:
    """Return a photo as it would come back from a store, for a reader that keeps none."""
    if max(photo.pixels.shape[:2]) <= SMALL_SIDE:
        return photo
    return decoded(photo, encoded(photo, LONGEST_SIDE))


def encoded(photo: Photo, longest_side: int) -> StoredFile:
    """Return the file that is kept of a photo, of at most `longest_side` pixels a side."""
    pixels = photo.pixels
    if max(pixels.shape[:2]) <= SMALL_SIDE:
        red = pixels[:, :, 0]
        grey = np.array_equal(red, pixels[:, :, 1]) and np.array_equal(red, pixels[:, :, 2])
        image = Image.fromarray(np.ascontiguousarray(red) if grey else pixels)
        return StoredFile(_save(image, "PNG"), _EXACT)
    image = _shrunk(photo, longest_side)
    return StoredFile(_save(image, "JPEG", quality=_QUALITY), ".jpg")


def decoded(photo: Photo, file: StoredFile) -> Photo:
    """Return what the file that is kept of a photo decodes to."""
    return photo if file.suffix == _EXACT else open_photo(file.data, OWN_FILES)


def _shrunk(photo: Photo, side: int) -> Image.Image:
    image = Image.fromarray(photo.pixels)
    image.thumbnail((side, side), Image.Resampling.LANCZOS, reducing_gap=3.0)
    return image


def _save(image: Image.Image, kind: str, **options: int) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()
