"""Cuts garments out of their photos, so that they can be laid on other grounds.

From a shop's white the ground is told by its colour, in a lived-in room by GrabCut (Rother et al.,
https://doi.org/10.1145/1015706.1015720): the edge of a photo is ground, the middle may be garment.
"""

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from embeddings.types import Photo, Pixels

Cover = npt.NDArray[np.uint8]  # (HEIGHT, WIDTH), 255 where the garment is, of the whole photo

HEIGHT, WIDTH = 192, 144
_COARSE = (72, 96)  # width and height at which a garment is found; its rim is smoothed afterwards
_WHITE = 243  # the darkest channel of a shop's white ground, with a JPEG's noise
_WHITE_EDGE = 0.6  # so much of a photo's edge is white where the ground is
_INSET = 0.04  # of a side: what surely is ground
_ROUNDS = 2
_COVERED = (0.06, 0.72)  # of the photo; less or more is no garment on a ground
_AT_EDGE = 0.22  # of the edge's length; more, and the ground was taken for the garment
_UNCLEAR = 12.0  # CIELAB units between the garment and its ground; closer is a guess


def cut_out(photo: Photo) -> Cover | None:
    """Return where in a photo the garment is, or give None where nobody could tell."""
    small = np.asarray(Image.fromarray(photo.pixels).resize((WIDTH, HEIGHT), Image.Resampling.BOX))
    if _edge(small.min(axis=2) >= _WHITE) >= _WHITE_EDGE:
        cover = _not_white(small)
    else:
        cover = _grab(small)
        if not _is_clear(small, cover):
            return None
    covered = float((cover > 0).mean())
    if not _COVERED[0] <= covered <= _COVERED[1]:
        return None
    return cover


def _not_white(small: Pixels) -> Cover:
    """Keep all but the white that the edge reaches."""
    white = (small.min(axis=2) >= _WHITE).astype(np.uint8)
    framed = np.pad(white, 1, constant_values=1)
    _, parts = cv2.connectedComponents(framed, connectivity=4)
    ground = (parts == parts[0, 0])[1:-1, 1:-1]
    cover = np.where(ground, 0, 255).astype(np.uint8)
    return _largest(cv2.morphologyEx(cover, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8)))


def _grab(large: Pixels) -> Cover:
    small = cv2.resize(large, _COARSE, interpolation=cv2.INTER_AREA)
    height, width = small.shape[:2]
    top, left = round(height * _INSET), round(width * _INSET)
    mask = np.full((height, width), cv2.GC_BGD, dtype=np.uint8)
    mask[top : height - top, left : width - left] = cv2.GC_PR_FGD
    models = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.setRNGSeed(0)  # it starts from a random clustering
    bgr = np.ascontiguousarray(small[..., ::-1])
    cv2.grabCut(bgr, mask, None, *models, _ROUNDS, cv2.GC_INIT_WITH_MASK)
    found = np.where((mask == cv2.GC_FGD) | (mask == cv2.GC_PR_FGD), 255, 0).astype(np.uint8)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (3, 3))
    kept = _largest(cv2.morphologyEx(found, cv2.MORPH_OPEN, kernel))
    smooth = cv2.resize(kept, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)
    return np.where(smooth > 127, 255, 0).astype(np.uint8)


def _largest(cover: Cover) -> Cover:
    """Keep the parts that are at least a fifth of the largest: a pair of shoes is two."""
    count, parts, facts, _ = cv2.connectedComponentsWithStats(cover, connectivity=8)
    if count < 2:
        return cover
    sizes = facts[1:, cv2.CC_STAT_AREA]
    kept = 1 + np.flatnonzero(sizes >= sizes.max() / 5)
    return np.where(np.isin(parts, kept), 255, 0).astype(np.uint8)


def _is_clear(small: Pixels, cover: Cover) -> bool:
    inside, outside = cover > 0, cover == 0
    if not inside.any() or not outside.any() or _edge(inside) > _AT_EDGE:
        return False
    lab = cv2.cvtColor(small.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    apart = np.linalg.norm(np.median(lab[inside], axis=0) - np.median(lab[outside], axis=0))
    return bool(apart >= _UNCLEAR)


def _edge(where: npt.NDArray[np.bool_]) -> float:
    """Return the share of a picture's edge that is so."""
    return float(np.concatenate([where[0], where[-1], where[:, 0], where[:, -1]]).mean())
