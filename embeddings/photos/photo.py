"""The one way in for pictures: bytes of a stranger become a Photo, or one kind of error."""

import threading
from typing import BinaryIO

from embeddings.decoding import pool
from embeddings.decoding.cropping import WHOLE, Box
from embeddings.decoding.decode import Wish, decode, is_quick, look_at
from embeddings.decoding.facts import NeedsThoroughLook
from embeddings.decoding.signatures import without_lead
from embeddings.errors import PhotoTooLarge
from embeddings.limits import DEFAULT_LIMITS, PhotoLimits
from embeddings.types import Photo


def open_photo(
    source: bytes | BinaryIO,
    limits: PhotoLimits = DEFAULT_LIMITS,
    useful_side: int | None = None,
    box: Box = WHOLE,
    stop: threading.Event | None = None,
) -> Photo:
    """Decode a picture: the first frame, upright, in sRGB, alpha laid on white.

    With `box` only that part of it comes back. With `useful_side` a larger picture, or part, comes
    back with that longest side, and a large JPEG is decoded at a fraction of its size, which is
    several times faster. A picture whose cost is
    small for certain is decoded here, all others in a process that is ended when it takes too
    long; the same bytes become the same pixels either way. Setting `stop` gives up on one that
    is being decoded there.

    Raises:
        PhotoTooLarge: there are more bytes or pixels than `limits` allow; nothing was decoded.
        UnreadablePhoto: the bytes are not a whole picture of a format that we read.
        DecodingBusy: others kept all processes or all memory for decoding for too long.
    """
    wish = Wish(useful_side, box)
    data = without_lead(_read(source, limits.max_bytes))
    try:
        facts = look_at(data, limits, thorough=False)
        if is_quick(facts, wish):
            return Photo(decode(facts, wish))
    except NeedsThoroughLook:
        pass
    return Photo(pool.decode_elsewhere(data, limits, wish, stop))


def _read(source: bytes | BinaryIO, max_bytes: int) -> bytes:
    data = source if isinstance(source, bytes) else source.read(max_bytes + 1)
    if len(data) > max_bytes:
        raise PhotoTooLarge(f"a picture has at most {max_bytes} bytes, this one has more")
    return data
