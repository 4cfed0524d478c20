"""Erases a part of a picture at random, so that a network learns to do without any one part.

Zhong et al.: Random erasing data augmentation, https://arxiv.org/abs/1708.04896
"""

import numpy as np

from embeddings.types import Pixels

AREA = (0.02, 0.4)  # shares of the picture, as in the paper
STRETCH = 1 / 0.3  # at most so many times as high as wide, or as wide as high


def erase(images: Pixels, share: float, rng: np.random.Generator) -> Pixels:
    """Fill a rectangle of a `share` of the pictures `(n, height, width, channels)` with noise.

    The pictures given are not changed.
    """
    count, height, width, _ = images.shape
    area = rng.uniform(*AREA, count) * height * width
    ratio = np.exp(rng.uniform(-np.log(STRETCH), np.log(STRETCH), count))
    high = np.clip(np.rint(np.sqrt(area * ratio)), 1, height).astype(np.int64)
    wide = np.clip(np.rint(np.sqrt(area / ratio)), 1, width).astype(np.int64)
    top, left = rng.integers(0, height - high + 1), rng.integers(0, width - wide + 1)
    chosen = rng.random((count, 1)) < share
    down, right = np.arange(height), np.arange(width)
    rows = (down >= top[:, None]) & (down < (top + high)[:, None]) & chosen  # (n, height)
    columns = (right >= left[:, None]) & (right < (left + wide)[:, None])  # (n, width)
    erased = rows[:, :, None, None] & columns[:, None, :, None]
    noise = rng.integers(0, 256, images.shape, dtype=np.uint8)
    return np.where(erased, noise, images)
