"""Pictures of no garment, of kinds to fit on and of other kinds to be judged by.

What is free to ship and to draw: scikit-learn's digits and its two sample photos, and drawings of
our own. They stand for what shoppers send by mistake, and are far from all of it.
"""

from collections.abc import Callable
from functools import cache

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont
from sklearn.datasets import load_digits, load_sample_image

from embeddings.model.bundle import InputSpec
from embeddings.reading.cutout import garment_alpha
from embeddings.reading.framing import frame
from embeddings.types import Photo, Pixels

Rng = np.random.Generator
_CUT_OUT = (0.06, 0.85)  # shares of a photo that a garment covers when it was found
SIDE = 224  # of a drawn picture, before it is framed
WORDS = ("size", "sale", "care", "wash cold", "made of", "return within", "thank you", "order")


def draw_others(kind: str, count: int, spec: InputSpec, seed: int) -> Pixels:
    """Make `count` pictures of one kind, framed as a shopper's photo is: `(count, h, w, c)`."""
    rng = np.random.default_rng((seed, *kind.encode()))
    make = {**FIT_KINDS, **HELD_OUT_KINDS}[kind]
    return np.stack([frame(Photo(make(rng)), spec) for _ in range(count)])


def as_studio_photo(garment: Pixels) -> Photo:
    """Show a framed grey garment `(h, w, 1)` as a photo on white, eight times as large.

    Without such garments a fit could tell photos from framed pictures, not garments from others.
    """
    grey = Image.fromarray(255 - garment[..., 0])
    large = grey.resize((grey.width * 8, grey.height * 8), Image.Resampling.BICUBIC)
    canvas = Image.new("RGB", (large.width + 64, large.height + 64), "white")
    canvas.paste(large, (32, 32))
    return Photo(np.asarray(canvas))


def cut_out(garment: Photo) -> Photo | None:
    """Show a garment cut from its background, on white; None where no background was found."""
    alpha = garment_alpha(garment.pixels)[..., np.newaxis]
    if not _CUT_OUT[0] < alpha.mean() < _CUT_OUT[1]:
        return None
    laid = garment.pixels * alpha + 255 * (1 - alpha)
    return Photo(np.ascontiguousarray(np.rint(laid).astype(np.uint8)))


def draw_digit(rng: Rng) -> Pixels:
    """Draw a handwritten digit `(h, w, 3)`, dark on paper."""
    digit = _digits()[rng.integers(len(_digits()))]
    image = Image.fromarray(255 - (digit * 15).astype(np.uint8)).resize((SIDE, SIDE))
    return np.asarray(image.convert("RGB"))


def draw_noise(rng: Rng) -> Pixels:
    """Draw random colours in blocks of random size, `(h, w, 3)`."""
    cells = int(rng.integers(4, SIDE))
    noise = rng.integers(0, 256, (cells, cells, 3), dtype=np.uint8)
    return np.asarray(Image.fromarray(noise).resize((SIDE, SIDE), Image.Resampling.NEAREST))


def draw_gradient(rng: Rng) -> Pixels:
    """Draw a colour that turns into another across the picture, `(h, w, 3)`."""
    start, end = rng.integers(0, 256, (2, 3))
    angle = rng.uniform(0, 2 * np.pi)
    y, x = np.mgrid[-0.5 : 0.5 : SIDE * 1j, -0.5 : 0.5 : SIDE * 1j]
    way = (x * np.cos(angle) + y * np.sin(angle) + 0.71) / 1.42
    return np.asarray(start + (end - start) * way[..., None], dtype=np.uint8)


def draw_building(rng: Rng) -> Pixels:
    """Cut out a part `(h, w, 3)` of a photo of a Chinese palace."""
    return _part(_photo("china.jpg"), rng)


def draw_flower(rng: Rng) -> Pixels:
    """Cut out a part `(h, w, 3)` of a photo of a flower."""
    return _part(_photo("flower.jpg"), rng)


def draw_text(rng: Rng) -> Pixels:
    """Draw some lines of print, `(h, w, 3)`."""
    ground, ink = rng.integers(170, 256), rng.integers(0, 90)
    image = Image.new("L", (SIDE, SIDE), int(ground))
    draw = ImageDraw.Draw(image)
    size = int(rng.integers(12, 44))
    font = ImageFont.load_default(size)
    for top in range(int(rng.integers(4, 60)), SIDE - size, int(size * 1.4)):
        words = rng.choice(WORDS, size=6)
        draw.text((int(rng.integers(2, 40)), top), " ".join(words), fill=int(ink), font=font)
    return np.asarray(image.convert("RGB"))


def draw_surface(rng: Rng) -> Pixels:
    """Draw a plain wall or table `(h, w, 3)`, with the grain of a camera's sensor."""
    colour = rng.integers(0, 256, 3)
    grain = rng.normal(0, rng.uniform(0, 8), (SIDE, SIDE, 1))
    return np.clip(colour + grain, 0, 255).astype(np.uint8)


def draw_shape(rng: Rng) -> Pixels:
    """Draw a filled circle, square or triangle on a plain ground, `(h, w, 3)`."""
    ground, fill = (tuple(int(part) for part in colour) for colour in rng.integers(0, 256, (2, 3)))
    image = Image.new("RGB", (SIDE, SIDE), ground)
    draw = ImageDraw.Draw(image)
    sides = int(rng.choice([3, 4, 5, 6, 60]))
    radius = int(rng.integers(30, 100))
    circle = (SIDE // 2, SIDE // 2, radius)
    draw.regular_polygon(circle, sides, rotation=int(rng.integers(0, 360)), fill=fill)
    return np.asarray(image)


FIT_KINDS: dict[str, Callable[[Rng], Pixels]] = {
    "digits": draw_digit,
    "noise": draw_noise,
    "gradients": draw_gradient,
    "building": draw_building,
}
HELD_OUT_KINDS: dict[str, Callable[[Rng], Pixels]] = {
    "flower": draw_flower,
    "text": draw_text,
    "surfaces": draw_surface,
    "shapes": draw_shape,
}


def _part(photo: Pixels, rng: Rng) -> Pixels:
    side = int(rng.integers(60, min(photo.shape[:2])))
    top = int(rng.integers(0, photo.shape[0] - side + 1))
    left = int(rng.integers(0, photo.shape[1] - side + 1))
    return np.ascontiguousarray(photo[top : top + side, left : left + side])


@cache
def _photo(name: str) -> Pixels:
    return np.asarray(load_sample_image(name), dtype=np.uint8)


@cache
def _digits() -> npt.NDArray[np.float64]:
    return np.asarray(load_digits().images)
