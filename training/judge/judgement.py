"""Judges a rejection: how well what is no garment is told from garments, kind by kind."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from sklearn.metrics import roc_curve

from training.judge.metrics import Share, share
from training.judge.rejection import Scores, auroc

DRAWS = 1000  # of the bootstrap
ROC_POINTS = 200


@dataclass(frozen=True, slots=True)
class Detection:
    """How well one kind of thing that is no garment is told from garments."""

    kind: str
    auroc: float
    turned_away: Share  # those called no garment at the shipped threshold


@dataclass(frozen=True, slots=True)
class Roc:
    """What a threshold keeps of the garments, and what of the other things it lets in."""

    let_in: tuple[float, ...]  # shares of the other things, rising
    kept: tuple[float, ...]  # shares of the garments


@dataclass(frozen=True, slots=True)
class RejectionJudgement:
    """How well what is no garment is told, on kinds or sources that the fit never saw."""

    auroc: Share  # garments against all others; the interval is a bootstrap's, over pictures
    mean_auroc: float  # of the kinds, each counting the same however many pictures it has
    garments: int
    others: int
    garments_kept: Share  # garments called garments at the shipped threshold
    turned_away: Share  # others called no garment
    kinds: tuple[Detection, ...]
    fitted_on: tuple[str, ...]
    roc: Roc


def judge_rejection(
    garments: Scores,
    others: Mapping[str, Scores],
    threshold: float,
    fitted_on: tuple[str, ...],
    seed: int = 0,
) -> RejectionJudgement:
    """Judge by the scores of garments `(n,)` and of each kind of other thing.

    A score is the probability that a photo shows a garment; below `threshold` it is turned away.
    """
    told = detections(garments, others, threshold)
    every = np.concatenate(list(others.values()))
    return RejectionJudgement(
        auroc=auroc_share(garments, every, seed),
        mean_auroc=float(np.mean([each.auroc for each in told])),
        garments=len(garments),
        others=len(every),
        garments_kept=share(int((garments >= threshold).sum()), len(garments)),
        turned_away=share(int((every < threshold).sum()), len(every)),
        kinds=told,
        fitted_on=fitted_on,
        roc=roc_of(garments, every),
    )


def detections(
    garments: Scores, others: Mapping[str, Scores], threshold: float
) -> tuple[Detection, ...]:
    """Judge the scores `(n,)` of each kind, against the same garments."""
    return tuple(
        Detection(
            kind, auroc(garments, scores), share(int((scores < threshold).sum()), len(scores))
        )
        for kind, scores in others.items()
    )


def auroc_share(garments: Scores, others: Scores, seed: int = 0) -> Share:
    """Return the AUROC with a 95 % interval: garments and others are drawn anew, each by itself."""
    rng = np.random.default_rng(seed)
    drawn = [
        _auroc_by_rank(rng.choice(garments, len(garments)), rng.choice(others, len(others)))
        for _ in range(DRAWS)
    ]
    low, high = np.quantile(drawn, (0.025, 0.975))
    return Share(auroc(garments, others), float(low), float(high), len(garments) + len(others))


def roc_of(garments: Scores, others: Scores, points: int = ROC_POINTS) -> Roc:
    """Return the ROC curve at so many points at most, spread along the curve, ends included."""
    truth = np.arange(len(garments) + len(others)) < len(garments)
    let_in, kept, _ = roc_curve(truth, np.concatenate([garments, others]))
    # Along the curve, not along one axis: its steep start is what people look at.
    way = let_in + kept
    chosen = np.unique(np.searchsorted(way, np.linspace(0, way[-1], points)).clip(0, len(way) - 1))
    return Roc(tuple(map(float, let_in[chosen])), tuple(map(float, kept[chosen])))


def _auroc_by_rank(garments: Scores, others: Scores) -> float:
    """Return the AUROC as the Mann-Whitney statistic, which is quick enough to draw often."""
    ranked = np.sort(others)
    below = np.searchsorted(ranked, garments) + np.searchsorted(ranked, garments, side="right")
    return float(below.mean() / 2 / len(others))
