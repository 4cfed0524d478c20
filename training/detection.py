"""How well what is no garment is told from garments, on kinds that the fit never saw."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from embeddings.bundle import Rejection
from training.metrics import Share, share
from training.rejection import Scores, auroc


@dataclass(frozen=True, slots=True)
class Detection:
    """How well one kind of thing that is no garment is told from garments."""

    kind: str
    auroc: float
    turned_away: Share  # those called no garment at the shipped threshold


@dataclass(frozen=True, slots=True)
class DetectionFigures:
    """How well all held-out kinds together are told from held-out garments."""

    auroc: float
    garments: int
    others: int
    garments_kept: Share  # called garments at the shipped threshold
    kinds: tuple[Detection, ...]
    fitted_on: tuple[str, ...]  # kinds


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """The probability of being a garment, for photos that no fit has seen."""

    garments: Scores  # (n,)
    others: Mapping[str, Scores]  # by kind
    fitted_on: Sequence[str]  # the kinds that the rule was fitted on

    def all_others(self) -> Scores:
        """Give the scores of every kind in one row."""
        return np.concatenate(list(self.others.values()))


def detection_figures(seen: Judged, rule: Rejection) -> DetectionFigures:
    """Count what the shipped threshold keeps and turns away."""
    least = rule.garment_threshold
    others = seen.all_others()
    return DetectionFigures(
        auroc=auroc(seen.garments, others),
        garments=len(seen.garments),
        others=len(others),
        garments_kept=share(int((seen.garments >= least).sum()), len(seen.garments)),
        kinds=detections(seen.garments, seen.others, least),
        fitted_on=tuple(seen.fitted_on),
    )


def detections(
    garments: Scores, others: Mapping[str, Scores], least: float
) -> tuple[Detection, ...]:
    """Judge each kind by itself; below `least` a photo is called no garment."""
    return tuple(
        Detection(kind, auroc(garments, scores), share(int((scores < least).sum()), len(scores)))
        for kind, scores in others.items()
    )
