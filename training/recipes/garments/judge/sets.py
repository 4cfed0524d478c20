"""Temperature and calibration where a label allows several leaves."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize_scalar

from embeddings.types import Vectors
from training.judge.calibration import BINS
from training.networks.predict import log_softmax

Allowed = npt.NDArray[np.bool_]
Values = npt.NDArray[np.float64]
_COOLEST, _HOTTEST = 0.05, 20.0


def set_loss(logits: Vectors, allowed: Allowed, temperature: float) -> float:
    """Return the mean of minus the logarithm of the summed probability of what labels allow."""
    told = log_softmax(logits / np.float32(temperature))
    within = np.where(allowed, told, -np.inf)
    return -float(np.logaddexp.reduce(within, axis=1).mean())


def fit_set_temperature(logits: Vectors, allowed: Allowed) -> float:
    """Return the temperature of the lowest loss of logits `(n, leaves)`, within 0.05..20."""

    def lost(logarithm: float) -> float:
        return set_loss(logits, allowed, float(np.exp(logarithm)))

    bounds = (np.log(_COOLEST), np.log(_HOTTEST))
    return float(np.exp(minimize_scalar(lost, bounds=bounds, method="bounded").x))


def calibration_error(confidence: Values, right: Values) -> float:
    """Return the expected calibration error of confidences `(n,)` in 15 bins of equal width."""
    place = np.minimum((confidence * BINS).astype(int), BINS - 1)
    gaps = [
        abs(confidence[inside].mean() - right[inside].mean()) * inside.sum()
        for number in range(BINS)
        if (inside := place == number).any()
    ]
    return float(sum(gaps) / len(confidence))


def held_out_error(
    logits: Vectors,
    allowed: Allowed,
    parts: npt.NDArray[np.int64],
    judge: Callable[[Vectors, Allowed], tuple[Values, Values]],
) -> float:
    """Return the calibration error of all, where each part gets the temperature of the others.

    `judge` gives the confidence and the rightness, `(n,)` each, of logits divided by it. One error
    over all parts, and no mean of theirs: a bin's gap is there by chance as well, the more the
    fewer are in it, and its sign is lost.
    """
    told = []
    for part in np.unique(parts):
        mine = parts == part
        temperature = fit_set_temperature(logits[~mine], allowed[~mine])
        told.append(judge(logits[mine] / np.float32(temperature), allowed[mine]))
    confidence, right = (np.concatenate(each) for each in zip(*told, strict=True))
    return calibration_error(confidence, right)
