"""Makes pixels of a decoded picture: smaller if asked, upright, in sRGB, alpha laid on white.

A picture is worked through in bands of rows, so that beside the decoder's own picture only a small
one is held.
"""

import math
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
from PIL import Image

from embeddings.decoding.colour import plain_mode, to_srgb
from embeddings.decoding.cropping import WHOLE, Box
from embeddings.decoding.facts import Colours
from embeddings.types import Pixels

Band = Callable[[int, int], Image.Image]
"""Gives the rows from one to before another as a picture of their own."""

_BAND_PIXELS = 1_048_576
_GAP = 2.0  # how much larger than asked the first, quick step leaves a picture
_UPRIGHT: dict[int, Callable[[Pixels], Pixels]] = {
    2: lambda a: a[:, ::-1],
    3: lambda a: a[::-1, ::-1],
    4: lambda a: a[::-1],
    5: lambda a: a.transpose(1, 0, 2),
    6: lambda a: a.transpose(1, 0, 2)[:, ::-1],
    7: lambda a: a[::-1, ::-1].transpose(1, 0, 2),
    8: lambda a: a.transpose(1, 0, 2)[::-1],
}
"""By EXIF's orientation."""


class Decoded(NamedTuple):
    """A decoded picture that is handed out in bands."""

    size: tuple[int, int]
    band: Band


def decoded(image: Image.Image) -> Decoded:
    """Hand out a loaded picture in bands."""

    def band(top: int, bottom: int) -> Image.Image:
        whole = top == 0 and bottom == image.height
        return image if whole else image.crop((0, top, image.width, bottom))

    return Decoded(image.size, band)


def around(frame: tuple[int, int, int, int], picture: Decoded) -> Decoded:
    """Hand out a frame on a larger, clear screen: what it leaves free is white.

    A decoder fills that with whichever colour has the number 0.
    """
    left, top, right, bottom = frame
    width, height = picture.size
    if (left, top, right, bottom) == (0, 0, width, height):
        return picture

    def band(first: int, last: int) -> Image.Image:
        rows = plain_mode(picture.band(first, last))
        shown = (left, max(top, first) - first, right, min(bottom, last) - first)
        free = Image.new(rows.mode, rows.size, "white")
        if shown[1] < shown[3]:
            free.paste(rows.crop(shown), shown)
        return free

    return Decoded(picture.size, band)


def cropped(picture: Decoded, box: Box) -> Decoded:
    """Hand out a part of a picture, as it lies in the file."""
    if box is WHOLE:
        return picture
    left, top, right, bottom = box.within(picture.size)
    if (left, top, right, bottom) == (0, 0, *picture.size):
        return picture

    def band(first: int, last: int) -> Image.Image:
        rows = picture.band(top + first, top + last)
        return rows.crop((left, 0, right, rows.height))

    return Decoded((right - left, bottom - top), band)


def finished(
    picture: Decoded, side: int | None, orientation: int, colours: Colours | None
) -> Pixels:
    """Return a picture's pixels `(height, width, 3)`, with `side` as the longest side at most."""
    width, height = picture.size
    wanted = fitted(picture.size, side)
    pixels: Pixels
    if wanted == picture.size:
        if width * height <= _BAND_PIXELS:
            pixels = _coloured(plain_mode(picture.band(0, height)), colours)
        else:
            pixels = np.empty((height, width, 3), dtype=np.uint8)
            for top, bottom in _bands(width, height, 1):
                pixels[top:bottom] = _coloured(plain_mode(picture.band(top, bottom)), colours)
    else:
        pixels = _coloured(_shrunk(picture, wanted), colours)
    turn = _UPRIGHT.get(orientation)
    return np.ascontiguousarray(pixels if turn is None else turn(pixels))


def fitted(size: tuple[int, int], side: int | None) -> tuple[int, int]:
    """Return the size that a picture has when its longest side is at most `side`.

    The proportions are kept as nearly as whole pixels allow; a side is never less than one.
    """
    width, height = size
    if side is None or side >= max(size):
        return size
    if width >= height:
        return side, _nearest(side / (width / height), lambda n: abs(width / height - side / n))
    return _nearest(side * (width / height), lambda n: abs(width / height - n / side)), side


def _nearest(number: float, error: Callable[[int], float]) -> int:
    low = math.floor(number)
    return 1 if low < 1 else min(low, math.ceil(number), key=error)


def _shrunk(picture: Decoded, wanted: tuple[int, int]) -> Image.Image:
    """Shrink by a whole factor band by band, then to the wanted size.

    This is what Pillow's `thumbnail` does with a `reducing_gap`, without a second picture of full
    size beside the first where there is alpha or another mode.
    """
    width, height = picture.size
    across = int(width / wanted[0] / _GAP) or 1
    down = int(height / wanted[1] / _GAP) or 1
    reduced: Image.Image | None = None
    for top, bottom in _bands(width, height, down):
        plain = plain_mode(picture.band(top, bottom))
        part = plain.reduce((across, down)) if across > 1 or down > 1 else plain
        if top == 0 and bottom == height:
            reduced = part
            break
        if reduced is None:
            reduced = Image.new(part.mode, (part.width, -(-height // down)))
        reduced.paste(part, (0, top // down))
    assert reduced is not None  # a picture has at least one row
    box = (0, 0, width / across, height / down)
    return reduced.resize(wanted, Image.Resampling.LANCZOS, box=box)


def _bands(width: int, height: int, multiple: int) -> Iterator[tuple[int, int]]:
    rows = max(1, _BAND_PIXELS // width // multiple) * multiple
    for top in range(0, height, rows):
        yield top, min(height, top + rows)


def _coloured(plain: Image.Image, colours: Colours | None) -> Pixels:
    if plain.mode == "L" and colours is None:
        grey = np.asarray(plain)
        return np.repeat(grey[:, :, None], 3, axis=2)
    return np.asarray(to_srgb(plain, colours))
