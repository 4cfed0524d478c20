"""Small versions of the pictures in a store."""

import io
from collections.abc import Iterator
from contextlib import contextmanager

from PIL import Image

from embeddings.errors import MissingPhoto
from embeddings.types import PhotoStore

_QUALITY = 85


def preview_of(store: PhotoStore, digest: str, side: int) -> tuple[bytes, str]:
    """Return a stored picture with at most `side` pixels a side, and its media type.

    A smaller one is given as it is stored, never enlarged. Raises: MissingPhoto.
    """
    data = store.read_bytes(digest)
    with opened(data) as image:
        if max(image.size) <= side:
            return data, store.media_type(digest)
        image.draft("RGB", (side, side))
        image.thumbnail((side, side), reducing_gap=2.0)
        file = io.BytesIO()
        image.convert("RGB").save(file, "JPEG", quality=_QUALITY, progressive=True)
    return file.getvalue(), "image/jpeg"


@contextmanager
def opened(data: bytes) -> Iterator[Image.Image]:
    """Open a stored picture. Raises: MissingPhoto where its bytes, though unchanged, are none."""
    try:
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as image:
            yield image
    except Exception as error:  # Pillow raises what it likes on bytes that are no picture
        raise MissingPhoto("what is stored is no picture") from error
