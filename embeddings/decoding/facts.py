"""What is known of a picture before it is decoded: its size, its colours, what it takes."""

from dataclasses import dataclass
from typing import NamedTuple

from embeddings.errors import UnreadablePhoto

# What the service's own process looks at and decodes; all beyond goes to another process, which
# can be ended at any point.
QUICK_BYTES = 1024 * 1024  # of a file
QUICK_PIXELS = 1_048_576  # of a picture that is decoded whole
QUICK_PARTS = 64  # chunks or segments of a file
QUICK_PROFILE = 64 * 1024  # bytes of a colour profile

LARGEST_PROFILE = 4 * 1024 * 1024  # bytes; printers' profiles reach about 3 MB
_KINDS = {"WEBP": "WebP", "HEIF": "HEIC"}


class NeedsThoroughLook(Exception):
    """A short look at this file does not tell what decoding it costs, or tells that it is much."""


@dataclass(frozen=True, slots=True)
class Colours:
    """What a picture's numbers mean: an ICC profile."""

    profile: bytes
    made: bool = False  # by us, of what the file says in another way; goes for grey pictures too


class Facts(NamedTuple):
    """What a file says of its picture, and what a decoder is given of it."""

    name: str  # the format, as Pillow calls it
    size: tuple[int, int]  # width and height, as stored
    data: bytes
    orientation: int = 1  # EXIF's, 1..8
    colours: Colours | None = None
    pixel_bytes: float = 4.0  # that decoding holds at most, for each pixel of the file
    shrinks: bool = False  # the decoder can give the picture at a half, a quarter or an eighth
    complete: bool = True  # whatever a progressive picture is made of has at least begun

    @property
    def pixels(self) -> int:
        """The number of pixels."""
        return self.size[0] * self.size[1]


def damaged(name: str, what: str) -> UnreadablePhoto:
    """Return the error of a damaged picture, in the usual words, with how it is damaged."""
    return UnreadablePhoto(f"the {_KINDS.get(name, name)} picture is damaged: {what}")


def cut_short(name: str) -> UnreadablePhoto:
    """Return the error of a file that ends before its picture does, in the usual words."""
    kind = _KINDS.get(name, name)
    return UnreadablePhoto(
        f"the {kind} picture is cut short: its file ends before the picture does"
    )
