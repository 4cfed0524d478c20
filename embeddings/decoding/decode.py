"""Decodes a picture file within limits, in whatever process this runs."""

import io
import re
import warnings
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from PIL import Image, UnidentifiedImageError
from PIL.ImageFile import ImageFile
from PIL.PngImagePlugin import PngImageFile

from embeddings.decoding.containers import look_at_avif, look_at_bmp, look_at_webp
from embeddings.decoding.cropping import WHOLE, Box
from embeddings.decoding.exif import orientation_of
from embeddings.decoding.facts import (
    QUICK_PIXELS,
    Colours,
    Facts,
    NeedsThoroughLook,
    cut_short,
    damaged,
)
from embeddings.decoding.gif import look_at_gif
from embeddings.decoding.heif import look_at_heif, open_heif
from embeddings.decoding.jpeg import look_at_jpeg
from embeddings.decoding.png import look_at_png
from embeddings.decoding.shrinking import Decoded, around, cropped, decoded, finished, fitted
from embeddings.decoding.signatures import format_of, is_cut_short
from embeddings.errors import PhotoTooLarge, UnreadablePhoto
from embeddings.limits import PhotoLimits
from embeddings.types import Pixels

_LOOKS: dict[str, Callable[[bytes, bool], Facts]] = {
    "JPEG": look_at_jpeg,
    "PNG": look_at_png,
    "GIF": look_at_gif,
    "WEBP": look_at_webp,
    "BMP": look_at_bmp,
    "HEIF": look_at_heif,
    "AVIF": look_at_avif,
}
_DECODERS = r"PIL\.|pillow_heif"
_QUIET = ("ignore", None, Warning, re.compile(_DECODERS), 0)
_FIXED_BYTES = 24 * 1024 * 1024  # that any picture takes beside its own pixels: bands, tables
_SMALL_BYTES = 12  # of each pixel that comes out, on its way to the caller
_QUICK_SHRUNK = 4 * QUICK_PIXELS  # of a picture that its decoder gives smaller
_END_OF_JPEG = b"\xff\xd9"
# No coded data: what a decoder makes of it where rows are missing differs from what it makes of
# nothing.
_NOISE = bytes((0x5A, 0xC3, 0x69, 0x96, 0x3C, 0xA7)) * 40


class Wish(NamedTuple):
    """What is wanted of a picture."""

    side: int | None = None  # pixels of the longest side at most, of the part that is wanted
    box: Box = WHOLE  # the part that is wanted, of the upright picture


WHATEVER = Wish()


def look_at(data: bytes, limits: PhotoLimits, thorough: bool) -> Facts:
    """Return what a file holds and what decoding it takes, without decoding anything.

    Raises:
        PhotoTooLarge: there are more pixels than `limits` allow.
        UnreadablePhoto: the bytes are no picture of a format that we read.
        NeedsThoroughLook: not `thorough`, and a short look tells too little, or of too much.
    """
    name = format_of(data)
    hush_pillow()
    try:
        facts = _LOOKS[name](data, thorough)
    except (UnreadablePhoto, NeedsThoroughLook):
        raise
    except Exception as error:
        raise _unreadable(data, name, error) from error
    width, height = facts.size
    if width < 1 or height < 1:
        raise UnreadablePhoto(f"a picture has at least one pixel, this one is {width} x {height}")
    if facts.pixels > limits.max_pixels:
        most = limits.max_pixels
        raise PhotoTooLarge(f"a picture has at most {most} pixels, this one is {width} x {height}")
    return facts


def memory_of(facts: Facts, wish: Wish) -> int:
    """Return the bytes that decoding takes at most, beside the file itself."""
    width, height = fitted(_size_of_part(facts, wish.box), wish.side)
    return int(
        _FIXED_BYTES
        + facts.pixel_bytes * facts.pixels
        + (4 * _decoded_pixels(facts, wish) if facts.shrinks else 0)
        + _SMALL_BYTES * width * height
    )


def is_quick(facts: Facts, wish: Wish) -> bool:
    """Return whether a short look has found a picture that any process can bear to decode."""
    if facts.shrinks:
        return _decoded_pixels(facts, wish) <= _QUICK_SHRUNK
    return facts.pixels <= QUICK_PIXELS


def decode(facts: Facts, wish: Wish) -> Pixels:
    """Decode a picture that was looked at: `(height, width, 3)`, upright, sRGB, on white.

    Raises:
        UnreadablePhoto: the bytes are not a whole picture.
        NeedsThoroughLook: it may be whole, though its end marker is missing.
    """
    try:
        return _decode(facts, facts.data, wish)
    except (UnreadablePhoto, NeedsThoroughLook):
        raise
    except Exception as error:
        # Decoders of seven formats meet bytes that anyone may have made up: besides OSError they
        # raise SyntaxError, struct.error, ValueError, IndexError, RuntimeError, MemoryError...
        if facts.name == "JPEG" and facts.complete and is_cut_short(facts.data, "JPEG"):
            raise NeedsThoroughLook from error
        raise _unreadable(facts.data, facts.name, error) from error


def decode_without_end(facts: Facts, wish: Wish) -> Pixels:
    """Decode a JPEG without an end marker to `(h, w, 3)`, if no row of it is missing.

    A decoder makes up what is missing. So it is given the file twice, with nothing behind it and
    with noise: where a row is missing, it makes two different pictures of that.

    Raises:
        UnreadablePhoto: rows are missing, or one of the passes that a progressive picture needs.
    """
    data = facts.data.removesuffix(b"\xff")
    if not facts.complete:
        raise cut_short("JPEG")
    try:
        pixels = _decode(facts, data + _END_OF_JPEG, wish)
        if np.array_equal(pixels, _decode(facts, data + _NOISE + _END_OF_JPEG, wish)):
            return pixels
    except Exception as error:
        raise _unreadable(facts.data, facts.name, error) from error
    raise cut_short("JPEG")


def _decode(facts: Facts, data: bytes, wish: Wish) -> Pixels:
    if facts.name == "HEIF":
        heif = open_heif(data)
        part = cropped(Decoded(heif.size, heif.band), wish.box)
        return finished(part, wish.side, 1, facts.colours)
    with _opened(facts.name, data) as image:
        most = image.size if facts.name == "AVIF" else facts.size
        if image.size != most or image.width * image.height > facts.pixels:
            raise damaged(facts.name, "it tells two sizes")
        colours, orientation = facts.colours, facts.orientation
        if facts.name == "AVIF":  # its decoder alone knows how it is to be turned
            orientation = orientation_of(image.info.get("exif"))
            profile = image.info.get("icc_profile")
            colours = Colours(profile) if profile else colours
        if facts.shrinks:
            image.draft(None, _asked_of_decoder(facts, wish))
            image.decodermaxblock = len(data)  # at once, so nothing is scanned twice
        frame = image.tile[0].extents if facts.name == "GIF" else None
        image.load()
        whole = decoded(image) if frame is None else around(frame, decoded(image))
        part = cropped(whole, wish.box.as_stored(orientation))
        return finished(part, wish.side, orientation, colours)


def _opened(name: str, data: bytes) -> ImageFile:
    file = io.BytesIO(data)
    if name == "PNG":  # a tenth quicker than asking Pillow which of its classes it is
        return PngImageFile(file)
    return Image.open(file, formats=(name,))


def _asked_of_decoder(facts: Facts, wish: Wish) -> tuple[int, int]:
    width, height = facts.size
    part = max(_size_of_part(facts, wish.box))
    share = 1.0 if wish.side is None else min(1.0, wish.side / part)
    return max(1, int(width * share)), max(1, int(height * share))


def _size_of_part(facts: Facts, box: Box) -> tuple[int, int]:
    if box is WHOLE:
        return facts.size
    left, top, right, bottom = box.as_stored(facts.orientation).within(facts.size)
    return right - left, bottom - top


def _decoded_pixels(facts: Facts, wish: Wish) -> int:
    """Return the pixels that a decoder makes which can shrink by 2, 4 or 8."""
    asked = _asked_of_decoder(facts, wish)
    scale = min(facts.size[0] // asked[0], facts.size[1] // asked[1])
    factor = next(each for each in (8, 4, 2, 1) if scale >= each)
    return -(-facts.size[0] // factor) * -(-facts.size[1] // factor)


def _unreadable(data: bytes, name: str, error: Exception) -> UnreadablePhoto:
    said = str(error).strip()
    if is_cut_short(data, name) or "truncated" in said.lower():
        return cut_short(name)
    if isinstance(error, MemoryError):
        return damaged(name, "decoding it takes more memory than a picture of its size")
    if isinstance(error, UnidentifiedImageError) or not said:
        return damaged(name, "its header makes no sense")
    return damaged(name, said.splitlines()[0][:120])


def hush_pillow() -> None:
    """Keep Pillow's warnings about a stranger's bytes out of our log: the error says it all.

    `warnings.catch_warnings` would do it for a block, but not while other threads run.
    """
    if _QUIET not in warnings.filters[:1]:
        warnings.filterwarnings("ignore", module=_DECODERS)
