"""How often each photo comes in an epoch, and how pairs of them are blended."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from embeddings.types import Ids, Vectors


def draw_order(labels: Ids, balance: float, seed: Sequence[int]) -> Ids:
    """Order the photos of an epoch, each as often as its weight says, evenly spread: `(n,)`.

    With `balance` 0 each photo comes once; with 1 each category comes equally often.
    """
    rng = np.random.default_rng(seed)
    # One draw in each of n equal steps through the summed weights: no photo comes by chance
    # much more often than its weight says, and with equal weights each comes once.
    n = len(labels)
    weights = np.bincount(labels)[labels] ** -float(balance)
    mixed = rng.permutation(n)
    mixed = mixed[np.argsort(labels[mixed], kind="stable")]  # so each category's too
    ends = np.cumsum((weights / weights.sum())[mixed])
    drawn = np.searchsorted(ends, (np.arange(n) + 0.5) / n).clip(0, n - 1)
    return rng.permutation(mixed[drawn])


def blend(
    images: Any, targets: Vectors, rng: np.random.Generator, *, each: bool = False
) -> tuple[Vectors, Vectors]:
    """Blend each picture, or its features, with another of the batch, and their targets alike.

    The pairs of a batch are mixed in the same shares, or with `each` every pair in its own.

    Zhang et al.: mixup, https://arxiv.org/abs/1710.09412; of features:
    https://arxiv.org/abs/1806.05236.
    """
    shares = rng.beta(0.4, 0.4, len(images) if each else 1).astype(np.float32)
    wide = shares.reshape(-1, *[1] * (images.ndim - 1))
    blended = wide * images.astype(np.float32) + (1 - wide) * images[::-1]
    narrow = shares[:, None]
    return blended, narrow * targets + (1 - narrow) * targets[::-1]
