"""What a photo network gets right on photos of people it never saw."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from embeddings.datasets.clothing_photos import CATEGORIES, SUBSET
from embeddings.types import Ids, Vectors
from training.judge.calibration import calibration
from training.judge.metrics import Share

RESAMPLES = 1000
Values = npt.NDArray[np.float64]

_SUBSET_COLUMNS = np.array([CATEGORIES.index(name) for name in SUBSET])


@dataclass(frozen=True, slots=True, eq=False)
class FoldAnswers:
    """A network's answers for photos of the senders it was not trained on."""

    logits: Vectors  # (n, 17), in the order of CATEGORIES
    labels: Ids  # (n,)
    senders: tuple[str, ...]  # (n,), who took each photo
    relevant: Values  # (n,), of the ten nearest in the gallery, the share of the same category


@dataclass(frozen=True, slots=True)
class PhotoFigures:
    """Means over the folds; the intervals come from drawing the senders anew."""

    subset_accuracy: Share  # of photos of the 10 published classes, told among these
    subset_balanced: Share  # the mean over these classes
    accuracy: Share  # of all 17 categories
    balanced: Share  # the mean over the categories
    precision_at_10: Share
    calibration_error: float  # at the temperature given
    folds: int


def photo_figures(
    folds: Sequence[FoldAnswers], temperature: float = 1.0, seed: int = 0
) -> PhotoFigures:
    """Return every figure as its mean over folds, with a 95 % interval over senders.

    One sender's photos resemble each other, so an interval over photos would be too narrow; whole
    senders are drawn with replacement instead (a cluster bootstrap).
    """
    tables = [_table(fold) for fold in folds]
    draws = _draws([fold.senders for fold in folds], seed)

    def told(figure: Callable[[_Table, Values], float], count: int) -> Share:
        once = [np.ones(len(table.labels)) for table in tables]
        value = np.mean([figure(table, w) for table, w in zip(tables, once, strict=True)])
        spread = [
            np.mean([figure(table, w) for table, w in zip(tables, draw, strict=True)])
            for draw in draws
        ]
        low, high = np.nanquantile(spread, [0.025, 0.975])
        return Share(float(value), float(low), float(high), count)

    photos = sum(len(table.labels) for table in tables)
    within = sum(int(table.in_subset.sum()) for table in tables)
    errors = [calibration(fold.logits, fold.labels, temperature).ece for fold in folds]
    return PhotoFigures(
        subset_accuracy=told(lambda t, w: _mean(t.subset_right, w * t.in_subset), within),
        subset_balanced=told(
            lambda t, w: _balanced(t.subset_right, t.labels, w * t.in_subset), within
        ),
        accuracy=told(lambda t, w: _mean(t.right, w), photos),
        balanced=told(lambda t, w: _balanced(t.right, t.labels, w), photos),
        precision_at_10=told(lambda t, w: _mean(t.relevant, w), photos),
        calibration_error=float(np.mean(errors)),
        folds=len(folds),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Table:
    labels: Ids
    right: Values
    subset_right: Values
    in_subset: Values
    relevant: Values


def _table(fold: FoldAnswers) -> _Table:
    named = fold.logits.argmax(axis=1)
    # Whoever asks among ten classes gets the likeliest of the ten.
    named_within = within_subset(fold.logits)
    return _Table(
        labels=fold.labels,
        right=(named == fold.labels).astype(np.float64),
        subset_right=(named_within == fold.labels).astype(np.float64),
        in_subset=np.isin(fold.labels, _SUBSET_COLUMNS).astype(np.float64),
        relevant=fold.relevant,
    )


def within_subset(logits: Vectors) -> Ids:
    """Name the likeliest of the 10 published classes, as a place in CATEGORIES: `(n,)`."""
    named: Ids = _SUBSET_COLUMNS[logits[:, _SUBSET_COLUMNS].argmax(axis=1)]
    return named


def sender_share(
    folds: Sequence[npt.NDArray[Any]], senders: Sequence[Sequence[str]], seed: int = 0
) -> Share:
    """Return the mean over folds of each one's mean value, with a 95 % interval over senders."""
    spread = [
        np.mean([_mean(values, w) for values, w in zip(folds, draw, strict=True)])
        for draw in _draws(senders, seed)
    ]
    low, high = np.nanquantile(spread, [0.025, 0.975])
    value = float(np.mean([values.mean() for values in folds]))
    return Share(value, float(low), float(high), sum(map(len, folds)))


def _draws(folds: Sequence[Sequence[str]], seed: int) -> list[list[Values]]:
    rng = np.random.default_rng(seed)
    owners = [np.unique(np.array(senders), return_inverse=True) for senders in folds]
    return [[_draw(len(names), owner, rng) for names, owner in owners] for _ in range(RESAMPLES)]


def _draw(count: int, owner: Ids, rng: np.random.Generator) -> Values:
    """Return how often each photo comes when as many senders as there are are drawn."""
    times = np.bincount(rng.integers(0, count, count), minlength=count)
    return times[owner].astype(np.float64)


def _mean(values: Values, weights: Values) -> float:
    # No number where a draw of senders left no photo: such a draw says nothing.
    return float((values * weights).sum() / weights.sum()) if weights.any() else float("nan")


def _balanced(right: Values, labels: Ids, weights: Values) -> float:
    """Return the mean of the labels' accuracies, over the labels that are there."""
    size = len(CATEGORIES)
    seen = np.bincount(labels, weights, minlength=size)
    hits = np.bincount(labels, weights * right, minlength=size)
    return float((hits[seen > 0] / seen[seen > 0]).mean()) if seen.any() else float("nan")
