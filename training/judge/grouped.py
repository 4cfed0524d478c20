"""Figures over photos of which several belong together, with intervals that allow for it."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from embeddings.types import Ids, Vectors
from training.judge.calibration import calibration, fit_temperature_to_few
from training.judge.metrics import Z_95, Share, interval

Values = npt.NDArray[np.float64]


def grouped_share(values: Values, groups: Sequence[str]) -> Share:
    """Return the mean of values `(n,)` within 0..1, with an interval as if each group were one.

    That is wider than need be where the photos of a group differ, and never too narrow.
    """
    mean = float(values.mean())
    low, high = interval(mean, len(set(groups)))
    return Share(mean, low, high, len(values))


def balanced_share(right: Values, labels: Ids, groups: Sequence[str]) -> Share:
    """Return the mean of the accuracies of the labels that are there; `right` is `(n,)`."""
    named = np.asarray(groups)
    means, errors = [], []
    for label in np.unique(labels):
        mine = labels == label
        size, mean = len(np.unique(named[mine])), right[mine].mean()
        # One right and one wrong more, or a label with all right would claim to be certain.
        smooth = (mean * size + 1) / (size + 2)
        means.append(mean)
        errors.append(smooth * (1 - smooth) / (size + 2))
    mean = float(np.mean(means))
    half = Z_95 * float(np.sqrt(np.sum(errors))) / len(means)
    return Share(mean, max(0.0, mean - half), min(1.0, mean + half), len(right))


def held_out_calibration_error(logits: Vectors, labels: Ids, groups: Sequence[str]) -> float:
    """Return the calibration error where no photo is judged at a temperature fitted on it.

    One half of the groups gets the temperature of the other, and the reverse.
    """
    _, number = np.unique(np.asarray(groups), return_inverse=True)
    half = number % 2 == 0
    if half.all():
        return calibration(logits, labels, fit_temperature_to_few(logits, labels)).ece
    scaled = logits.copy()
    for mine, other in ((half, ~half), (~half, half)):
        scaled[mine] /= np.float32(fit_temperature_to_few(logits[other], labels[other]))
    return calibration(scaled, labels, 1.0).ece
