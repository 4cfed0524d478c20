"""Figures of a classifier, with their sample sizes and intervals."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.metrics import confusion_matrix, precision_recall_fscore_support

from embeddings.types import Ids, Vectors
from training.networks.predict import softmax

Z_95 = 1.959964  # two-sided 95 % of a normal distribution


@dataclass(frozen=True, slots=True)
class Share:
    """A share of some trials, with its 95 % interval."""

    value: float
    low: float
    high: float
    count: int  # trials


@dataclass(frozen=True, slots=True)
class LabelFigures:
    """How well one label is told from the others; 0 where there is nothing to divide by."""

    label: str
    precision: float  # of those named so, the share that are
    recall: float  # of those that are, the share named so
    f1: float
    count: int  # pictures that are


def share(successes: int, trials: int) -> Share:
    """Return a share with Wilson's score interval (https://doi.org/10.2307/2276774)."""
    if trials < 1:
        raise ValueError(f"a share needs at least one trial, got {trials}")
    low, high = interval(successes / trials, trials)
    # Exactly, whatever rounding says.
    low, high = (0.0 if successes == 0 else low), (1.0 if successes == trials else high)
    return Share(successes / trials, low, high, trials)


def interval(value: float, trials: int) -> tuple[float, float]:
    """Return Wilson's 95 % interval of a share of so many trials."""
    squared = Z_95**2
    centre = (value + squared / (2 * trials)) / (1 + squared / trials)
    half = math.sqrt(value * (1 - value) / trials + squared / (4 * trials**2))
    half *= Z_95 / (1 + squared / trials)
    return max(0.0, centre - half), min(1.0, centre + half)


def mean_share(values: npt.NDArray[Any]) -> Share:
    """Return the mean of shares, one a trial, with a normal distribution's interval."""
    half = Z_95 * float(np.std(values)) / math.sqrt(len(values))
    mean = float(np.mean(values, dtype=np.float64))
    return Share(mean, max(0.0, mean - half), min(1.0, mean + half), len(values))


def confusion(predicted: Ids, labels: Ids, num_labels: int) -> Ids:
    """Count pictures `(n,)` by right label (rows) and named label (columns)."""
    cells: Ids = confusion_matrix(labels, predicted, labels=np.arange(num_labels))
    return cells


def label_figures(matrix: Ids, names: tuple[str, ...]) -> list[LabelFigures]:
    """Return precision, recall and F1 of each label, of a confusion matrix `(labels, labels)`."""
    right, named = np.indices(matrix.shape)  # each cell is a pair that came so often
    columns = precision_recall_fscore_support(
        right.ravel(),
        named.ravel(),
        labels=np.arange(len(names)),
        sample_weight=matrix.ravel(),
        zero_division=0,
    )
    return [
        LabelFigures(name, float(precision), float(recall), float(f1), int(count))
        for name, precision, recall, f1, count in zip(names, *columns, strict=True)
    ]


def worst_mistakes(logits: Vectors, labels: Ids, count: int) -> Ids:
    """Return the rows `(m,)` that are wrong with the most confidence, the worst first."""
    probabilities = softmax(logits)
    wrong = np.flatnonzero(probabilities.argmax(axis=1) != labels)
    confidence = probabilities[wrong].max(axis=1)
    return wrong[np.argsort(-confidence, kind="stable")][:count]
