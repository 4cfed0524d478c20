"""Which files are pictures: by their names where these say so, by their bytes where not.

Cameras, browsers and web shops end names as they like: `.HIF`, `.jpg_large`, `.jpeg.1`, nothing.
"""

import re
from collections.abc import Callable
from pathlib import Path

from embeddings.decoding.signatures import format_of
from embeddings.errors import UnreadablePhoto

HEAD_BYTES = 4096  # of a file, enough to tell its kind by

_WORDS = "jpe?g|jpe|jfif|pjpe?g|pjp|a?png|webp|gif|bmp|hei[cf]s?|hif|avifs?"
_ENDS = re.compile(rf"\.(?:{_WORDS})$", re.IGNORECASE)
_WITHIN = re.compile(rf"\.(?:{_WORDS})(?![a-z0-9])", re.IGNORECASE)
_ANY_END = re.compile(r"\.[a-z][a-z0-9]{0,5}$", re.IGNORECASE)
_DIB_BYTES = {12, 40, 52, 56, 64, 108, 124}  # what the second header of a BMP may be long


def is_named_as_picture(name: str) -> bool:
    """Return whether a file's name ends as that of a picture which we read."""
    return _ENDS.search(name.rstrip()) is not None


def why_no_picture(name: str, head: Callable[[], bytes]) -> str | None:
    """Return what a file is instead of a picture, such as `a TIFF picture`; None: it is one.

    `head` gives its first `HEAD_BYTES`; it is asked only where the name does not say enough.
    """
    if is_named_as_picture(name):
        return None  # if its bytes are not, that is an error to report
    data = head()
    try:
        kind = format_of(data)
    except UnreadablePhoto as error:
        return str(error).split(";")[0].removeprefix("this is ")
    if kind == "BMP" and int.from_bytes(data[14:18], "little") not in _DIB_BYTES:
        return "not a picture in a format that we know"  # any text may begin with BM
    return None


def head_of(path: Path) -> bytes:
    """Read the first bytes of a file; none where it cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(HEAD_BYTES)
    except OSError:
        return b""


def stem_of(file: str) -> str:
    """Return a picture file's name without its ending, whatever a browser has hung on to it."""
    name = file.rstrip()
    for pattern in (_ENDS, _WITHIN, _ANY_END):
        found = pattern.search(name)
        if found and found.start():
            return name[: found.start()]
    return name
