"""Pictures with something to see on them, drawn by number: the same number is the same picture."""

import numpy as np
from PIL import Image

from embeddings.types import Photo

SIDE = 96


def pattern(
    number: int, *, side: int = SIDE, tint: tuple[float, float, float] = (1, 1, 1)
) -> Photo:
    """Draw fine grey blots that no other number has, in a tint."""
    blots = np.random.default_rng(number).integers(0, 256, (24, 24), dtype=np.uint8)
    grey = np.asarray(Image.fromarray(blots).resize((side, side), Image.Resampling.BICUBIC))
    return Photo((grey[:, :, None] * np.array(tint)).astype(np.uint8))


def garment(number: int, *, side: int = SIDE, ground: int = 255) -> Photo:
    """Lay a pattern on an even ground, as shops show their products."""
    canvas = np.full((side, side, 3), ground, dtype=np.uint8)
    inner = pattern(number, side=side // 2).pixels
    start = side // 4
    canvas[start : start + side // 2, start : start + side // 2] = inner // 2
    return Photo(canvas)


def between(one: int, other: int, degrees: float, *, ground: int) -> Photo:
    """Lay what is turned from one pattern towards another on a ground that is a third one."""
    first, second = (pattern(each, side=SIDE // 2).pixels - 128.0 for each in (one, other))
    turn = np.radians(degrees)
    middle = 128 + 0.6 * (np.cos(turn) * first + np.sin(turn) * second)
    canvas = pattern(ground).pixels.copy()
    start = SIDE // 4
    canvas[start : start + SIDE // 2, start : start + SIDE // 2] = np.clip(middle, 0, 255)
    return Photo(canvas)


def image_of(photo: Photo) -> Image.Image:
    """Give a photo to what changes pictures."""
    return Image.fromarray(photo.pixels)


def photo_of(image: Image.Image) -> Photo:
    """Give it back."""
    return Photo(np.asarray(image.convert("RGB")))
