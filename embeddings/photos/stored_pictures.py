"""Says whether a file can be one that a picture store has written."""

import io

from PIL import Image

from embeddings.types import StoredFile

_FORMATS = {".png": "PNG", ".jpg": "JPEG"}
_LONGEST_SIDE = 4096  # pixels; the stores of all versions keep less


def is_stored_picture(file: StoredFile) -> bool:
    """Return whether a file is a picture of the kind and the size of those in a store.

    Its header is looked at; nothing is decoded.
    """
    kind = _FORMATS.get(file.suffix)
    if kind is None:
        return False
    try:
        with Image.open(io.BytesIO(file.data), formats=(kind,)) as image:
            return max(image.size) <= _LONGEST_SIDE
    except Exception:  # Pillow's readers raise what they like on bytes that are no picture
        return False
