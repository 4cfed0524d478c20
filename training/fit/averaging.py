"""Averages weights over epochs: the mean lies in a flatter place than any of them.

Izmailov et al.: Averaging weights leads to wider optima, https://arxiv.org/abs/1803.05407
"""

import numpy as np

from training.fit.checkpoint import Arrays


def averaged(mean: Arrays, weights: Arrays, count: int) -> Arrays:
    """Return the mean of `count` epochs' weights out of that of all but the last, and the last."""
    if count == 1:
        return weights
    # The statistics of normalising layers are averaged as well: over a few late epochs, whose
    # weights lie close together, that is near enough to counting them anew.
    return [m + (w - m) / np.float32(count) for m, w in zip(mean, weights, strict=True)]
