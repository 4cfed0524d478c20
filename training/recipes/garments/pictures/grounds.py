"""Grounds to lay garments on: rooms and floors out of other photos, fabrics, and plain walls."""

from collections.abc import Callable

import cv2
import numpy as np
import numpy.typing as npt

from embeddings.types import Pixels
from training.recipes.garments.pictures.cutouts import Cover

Rng = np.random.Generator
Drawing = npt.NDArray[np.float32]  # (height, width, 3), 0 to 255, while it is drawn
Ground = Callable[[Rng], Pixels]  # draws one, (height, width, 3)

_LEAST_STRIP = 0.1  # of a side; what is narrower shows no ground


def strip_of(photo: Pixels, cover: Cover) -> Pixels | None:
    """Return the widest strip `(h, w, 3)` along a photo's edge that holds none of its garment."""
    height, width = photo.shape[:2]
    rows, columns = cover.max(axis=1) > 0, cover.max(axis=0) > 0
    found: list[tuple[float, Pixels]] = []
    for taken, axis in ((rows, 0), (columns, 1)):
        side = (height, width)[axis]
        for free, from_end in ((_leading(taken), False), (_leading(taken[::-1]), True)):
            share = free / len(taken)
            if share >= _LEAST_STRIP:
                size = round(share * side)
                part = slice(side - size, side) if from_end else slice(0, size)
                found.append((share, photo[part] if axis == 0 else photo[:, part]))
    return max(found, key=lambda each: each[0])[1] if found else None


def tiled(strip: Pixels, height: int, width: int, rng: Rng) -> Pixels:
    """Fill a ground `(height, width, 3)` with a strip and its mirror images, as drawn by `rng`."""
    grow = max(height / strip.shape[0], width / strip.shape[1])
    scale = grow * rng.uniform(0.35, 1.0) if rng.random() < 0.7 else grow
    scale = max(scale, 40 / min(strip.shape[:2]))
    size = (max(8, round(strip.shape[1] * scale)), max(8, round(strip.shape[0] * scale)))
    one = cv2.resize(strip, size, interpolation=cv2.INTER_LINEAR)
    wide = np.concatenate([one, one[:, ::-1]], axis=1)
    four = np.concatenate([wide, wide[::-1]], axis=0)
    times = (height // four.shape[0] + 2, width // four.shape[1] + 2, 1)
    many = np.tile(four, times)
    top, left = rng.integers(0, four.shape[0]), rng.integers(0, four.shape[1])
    return np.ascontiguousarray(many[top : top + height, left : left + width])


def drawn(height: int, width: int, rng: Rng) -> Pixels:
    """Draw a ground `(height, width, 3)`: wall, boards, tiles, cloth or a blurred heap."""
    kind = rng.integers(0, 5)
    base = _wall(height, width, rng)
    if kind == 1:
        _lines(base, rng, both=False)
    elif kind == 2:
        _lines(base, rng, both=True)
    elif kind == 3:
        _weave(base, rng)
    elif kind == 4:
        _heap(base, rng)
    noise = rng.normal(0, rng.uniform(1, 8), base.shape).astype(np.float32)
    if rng.random() < 0.5:
        noise = cv2.GaussianBlur(noise, (0, 0), rng.uniform(0.6, 2.0)) * 2
    told: Pixels = np.clip(base + noise, 0, 255).astype(np.uint8)
    return told


def _leading(taken: npt.NDArray[np.bool_]) -> int:
    """Count the lines before the first that is taken."""
    return int(np.argmax(taken)) if taken.any() else 0


def _colour(rng: Rng) -> Pixels:
    """Draw a ground's colour: mostly greys and browns, as rooms are."""
    hue = rng.choice([rng.uniform(8, 28), rng.uniform(0, 180)], p=[0.6, 0.4])
    saturation = rng.choice([rng.uniform(0, 60), rng.uniform(40, 200)], p=[0.75, 0.25])
    value = rng.uniform(40, 255)
    one = np.array([[[hue, saturation, value]]], dtype=np.uint8)
    told: Pixels = cv2.cvtColor(one, cv2.COLOR_HSV2RGB)[0, 0]
    return told


def _wall(height: int, width: int, rng: Rng) -> Drawing:
    """Draw one colour under uneven light."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    angle = rng.uniform(0, 2 * np.pi)
    along = (np.cos(angle) * x / width + np.sin(angle) * y / height).astype(np.float32)
    light = 1 + rng.uniform(0, 0.35) * (along - along.mean())
    drawing: Drawing = (_colour(rng) * light[..., None]).astype(np.float32)
    return drawing


def _lines(base: Drawing, rng: Rng, *, both: bool) -> None:
    """Part a ground into boards, or into tiles."""
    apart = int(rng.integers(14, 70))
    width = int(rng.integers(1, 3))
    shade = rng.uniform(0.5, 1.2)
    for start in range(int(rng.integers(0, apart)), base.shape[0], apart):
        base[start : start + width] *= shade
        if not both:
            base[start : start + apart] *= rng.uniform(0.88, 1.08)
    if both:
        for start in range(int(rng.integers(0, apart)), base.shape[1], apart):
            base[:, start : start + width] *= shade
    elif rng.random() < 0.5:
        base[:] = base[::-1]


def _weave(base: Drawing, rng: Rng) -> None:
    """Draw checks or stripes, as on a bed or a tablecloth."""
    apart = int(rng.integers(6, 50))
    other = _colour(rng).astype(np.float32)
    rows = (np.arange(base.shape[0]) // apart % 2).astype(np.float32)[:, None, None]
    columns = (np.arange(base.shape[1]) // apart % 2).astype(np.float32)[None, :, None]
    share = rng.uniform(0.2, 0.9)
    pattern = (rows + columns) / 2 if rng.random() < 0.5 else columns + 0 * rows
    base += share * pattern * (other - base)


def _heap(base: Drawing, rng: Rng) -> None:
    """Draw blurred things of many colours behind."""
    height, width = base.shape[:2]
    for _ in range(int(rng.integers(4, 14))):
        centre = (int(rng.integers(0, width)), int(rng.integers(0, height)))
        axes = (int(rng.integers(8, width // 2)), int(rng.integers(8, height // 3)))
        colour = tuple(float(each) for each in _colour(rng))
        cv2.ellipse(base, centre, axes, float(rng.uniform(0, 180)), 0, 360, colour, -1)
    base[:] = cv2.GaussianBlur(base, (0, 0), rng.uniform(1, 8))
