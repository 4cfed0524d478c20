"""A logistic regression that is pulled towards what was known before it saw anything.

Of a few examples it says what was known, of many what they show: the mode of the posterior under a
normal prior around the start (for new categories of a network that stands still, see
https://arxiv.org/abs/1802.01483, which pulls whole networks so).
"""

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from embeddings.types import Ids, Vectors

_STEPS = 300  # at most; the loss is convex, and some dozens are enough


def fit_pulled(
    values: Vectors, labels: Ids, start: Vectors, *, strength: float, balance: float = 0.0
) -> Vectors:
    """Fit `(dim, labels)`, by which `values` `(n, dim)` are multiplied to give logits.

    `strength` is what a squared distance of 1 from `start` costs, twice, in photos' losses. With
    `balance` 0 each example weighs the same, with 1 each label does. It is the same each time.

    Raises:
        ValueError: the strength is not above 0.
    """
    if not strength > 0:
        raise ValueError(f"a pull has a strength above 0, not {strength}")
    x, begin = values.astype(np.float64), start.astype(np.float64)
    targets = np.eye(start.shape[1])[labels]
    weights = np.bincount(labels, minlength=start.shape[1])[labels] ** -float(balance)
    weights = (weights / weights.mean())[:, None]

    def lost(flat: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        moved = flat.reshape(begin.shape) - begin
        logits = x @ (begin + moved)
        logits -= logits.max(axis=1, keepdims=True)
        odds = np.exp(logits)
        sums = odds.sum(axis=1, keepdims=True)
        loss = -(weights * targets * (logits - np.log(sums))).sum()
        gradient = x.T @ (weights * (odds / sums - targets)) + strength * moved
        return float(loss + strength / 2 * (moved**2).sum()), gradient.ravel()

    found = minimize(lost, begin.ravel(), jac=True, method="L-BFGS-B", options={"maxiter": _STEPS})
    fitted: Vectors = found.x.reshape(begin.shape).astype(np.float32)
    return fitted
