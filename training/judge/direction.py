"""Fits the direction of a network's embedding in which garments lie, and other things do not.

A logistic regression on the embedding itself. It costs nothing when serving and does not ask the
catalogue: a garment is one in a shop of five products too. The cosine to the nearest photo is left
to say what it is about, whether anything is close.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from embeddings.model.rejection import DirectionRejection, Rejection
from embeddings.types import Vectors
from training.data.folds import group_folds
from training.judge.rejection import LOST_GARMENTS, Scores, evidence, garment_scores
from training.networks.predict import Answers

Weights: TypeAlias = npt.NDArray[np.float64]

# Chosen on garments held out, with all of the ways that they are shown: docs/decisions/0028.
STRENGTH = 10.0
FOLDS = 5


@dataclass(frozen=True, slots=True, eq=False)
class GarmentView:
    """Garments shown in one way: as shoppers photograph them, cut out on white, a studio's grey.

    The network was not fitted on them. All ways that garments may come in have to be there: what
    only other things are shown as (cut out on white, say) would else be what tells them.
    """

    answers: Answers
    groups: Sequence[str]  # whose each is: the photos of one sender resemble each other
    weight: float  # of the whole view, beside the others
    as_it_comes: bool = False  # a threshold is to keep its share of these by themselves


def fit_direction(
    garments: Sequence[GarmentView],
    others: Answers,
    kinds: Sequence[str],
    nearest: Vectors,
    strength: float = STRENGTH,
    lost: float = LOST_GARMENTS,
) -> DirectionRejection:
    """Fit a rule that asks the embedding alone, with a threshold that loses a share of garments.

    The threshold is read from scores that rules gave which had not seen that garment's group. Where
    views are as they come, it keeps that share of each of these; else of all views together.
    `nearest` holds the cosines to the nearest known photo, of garments as shoppers show them.

    Raises:
        ValueError: there are fewer groups than folds, or a photo has no group or kind.
    """
    embeddings = np.concatenate([view.answers.embeddings for view in garments])
    groups = [group for view in garments for group in view.groups]
    if len(groups) != len(embeddings) or len(kinds) != len(others.embeddings):
        raise ValueError(
            f"{len(embeddings)} garments have {len(groups)} groups, and "
            f"{len(others.embeddings)} others {len(kinds)} kinds: each has one"
        )
    counts = [len(view.groups) for view in garments]
    weights = np.repeat([v.weight / n for v, n in zip(garments, counts, strict=True)], counts)
    folds = group_folds(groups, ["garment"] * len(groups), FOLDS)
    apart = np.empty(len(embeddings))
    for fold in range(FOLDS):
        seen, unseen = folds != fold, folds == fold
        rule = _fit(embeddings[seen], weights[seen], others.embeddings, kinds, strength)
        apart[unseen] = rule.predict_proba(embeddings[unseen])[:, 1]
    fitted = _fit(embeddings, weights, others.embeddings, kinds, strength)
    return DirectionRejection(
        bias=float(fitted.intercept_[0]),
        direction=tuple(float(weight) for weight in fitted.coef_[0]),
        garment_threshold=_threshold(apart, garments, counts, lost),
        close_match_cosine=float(np.quantile(nearest, LOST_GARMENTS)),
    )


def _threshold(
    scores: Weights, views: Sequence[GarmentView], counts: Sequence[int], lost: float
) -> float:
    """Return the highest threshold that loses at most a share, of each view if any is marked."""
    parts = np.split(scores, np.cumsum(counts)[:-1])
    marked = [part for part, view in zip(parts, views, strict=True) if view.as_it_comes]
    return min(float(np.quantile(part, lost)) for part in (marked or [scores]))


def rejection_scores(
    told: Answers, rejection: Rejection, gallery: Vectors, temperature: float
) -> Scores:
    """Return the probability that each photo shows a garment, `(n,)`, as serving works it out."""
    if isinstance(rejection, DirectionRejection):
        weights = np.array(rejection.direction)
        scores: Scores = expit(told.embeddings.astype(np.float64) @ weights + rejection.bias)
        return scores
    return garment_scores(evidence(told, gallery, temperature), rejection)


def kind_weights(kinds: Sequence[str]) -> Weights:
    """Return weights `(n,)` that sum to 1: a kind weighs as the root of its number of pictures.

    By number a shelf of furniture would drown the rest, and by kind a handful of faces would.
    """
    _, kind_of, counts = np.unique(np.asarray(kinds), return_inverse=True, return_counts=True)
    weights = 1 / np.sqrt(counts[kind_of])
    return np.asarray(weights / weights.sum(), dtype=np.float64)


def _fit(
    garments: Vectors, weights: Weights, others: Vectors, kinds: Sequence[str], strength: float
) -> LogisticRegression:
    count = len(garments) + len(others)
    is_garment = np.arange(count) < len(garments)
    # Garments and others weigh the same, however many there are of each.
    each = np.concatenate([weights / weights.sum(), kind_weights(kinds)]) * count / 2
    table = np.concatenate([garments, others]).astype(np.float64)
    fit = LogisticRegression(C=strength, max_iter=5000)
    return fit.fit(table, is_garment, sample_weight=each)
