"""Cuts the thing in the middle of a photo from the plain surface behind it."""

from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

from embeddings.types import Pixels

Floats: TypeAlias = npt.NDArray[np.float32]
Mask: TypeAlias = npt.NDArray[np.bool_]

_WORKING_SIDE = 128  # background and garment are told apart on a picture of this size
_CLOSE = 0.05 * 255  # the data set's authors: within 5 % of the largest possible difference
_RESTLESS = 80.0  # a border that differs more than this from any one colour is no background
_SMALLEST, _LARGEST = 0.01, 0.97  # shares of the photo that can be a garment


def garment_alpha(pixels: Pixels) -> Floats:
    """Estimate how much of each pixel is garment: `(h, w)` in 0..1.

    The background is what looks like the photo's border and is connected with it, so a white
    shirt on white keeps its inside. Where no such background is found, everything is garment.
    """
    height, width, _ = pixels.shape
    scale = min(1.0, _WORKING_SIDE / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.BOX), np.float32)
    if min(small.shape[:2]) < 8:
        return np.ones((height, width), dtype=np.float32)
    distance, threshold = _distance_to_background(small)
    if threshold > _RESTLESS:
        return np.ones((height, width), dtype=np.float32)
    mask = _tidy(~_connected_with_border(distance < threshold))
    if not _SMALLEST < mask.mean() < _LARGEST:
        return np.ones((height, width), dtype=np.float32)
    soft = Image.fromarray(np.where(mask, 255, 0).astype(np.uint8))
    alpha = soft.resize((width, height), Image.Resampling.BILINEAR)
    return np.asarray(alpha, dtype=np.float32) / np.float32(255)


def _distance_to_background(
    small: npt.NDArray[np.float32],
) -> tuple[npt.NDArray[np.float32], float]:
    """Return each pixel's distance to the background's colour there, and how far still belongs.

    The background is a plane in each channel, so that light falling off to one side is followed,
    fitted to the border by least squares twice: the second time without what lies far off, for a
    garment may reach over the edge.
    """
    height, width, _ = small.shape
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    plane = np.stack([np.ones_like(x), x, y], axis=-1).astype(np.float32)  # (h, w, 3)
    border = np.zeros((height, width), dtype=bool)
    edge = max(1, min(height, width) // 24)
    border[:edge], border[-edge:], border[:, :edge], border[:, -edge:] = True, True, True, True

    off = np.abs(small - np.median(small[border], axis=0)).max(axis=-1)  # (h, w)
    keep = border & (off <= max(_CLOSE, 2 * float(np.median(off[border]))))
    for _ in range(2):
        known = plane[keep]  # (pixels, 3)
        # The normal equations are three by three: far quicker than a decomposition of `known`.
        fit = np.linalg.solve(known.T @ known, known.T @ small[keep])
        off = np.abs(small - plane @ fit).max(axis=-1)
        spread = float(np.median(off[keep]))
        keep = border & (off <= max(_CLOSE, 4 * spread))
    return off, max(_CLOSE, 4 * spread)


def _connected_with_border(like_background: Mask) -> Mask:
    seeds = np.zeros_like(like_background)
    for edge in (np.s_[0], np.s_[-1], np.s_[:, 0], np.s_[:, -1]):
        seeds[edge] = like_background[edge]
    return _grow(seeds, like_background)


def _tidy(mask: Mask) -> Mask:
    """Close cracks, and keep whole the parts that are five pixels thick somewhere."""
    picture = Image.fromarray(np.where(mask, 255, 0).astype(np.uint8))
    closed = picture.filter(ImageFilter.MaxFilter(5)).filter(ImageFilter.MinFilter(5))
    core = closed.filter(ImageFilter.MinFilter(5))
    return _grow(np.asarray(core) > 0, np.asarray(closed) > 0)


def _grow(seeds: Mask, within: Mask) -> Mask:
    """Spread `seeds` to everything in `within` that is connected with them, side by side."""
    grown = seeds & within
    while True:
        size = int(grown.sum())
        for _ in range(8):  # counting costs as much as a step, so not after every one
            spread = grown.copy()
            spread[1:] |= grown[:-1]
            spread[:-1] |= grown[1:]
            spread[:, 1:] |= grown[:, :-1]
            spread[:, :-1] |= grown[:, 1:]
            grown = spread & within
        if int(grown.sum()) == size:
            return grown
