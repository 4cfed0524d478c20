"""Turns numbers into words: what a photo shows, and whether anything like it is known."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from embeddings.model.bundle import Similarity
from embeddings.model.rejection import Rejection
from embeddings.types import Neighbor, Reading

ALTERNATIVES = 3
_WORTH_NAMING = 0.01  # an alternative less likely than this helps nobody
_SAVED_ANEW = 0.97  # a cosine that two pictures hardly reach unless they are one, saved anew
_THE_VERY = 0.9999  # the same numbers, but for how a network's sums are rounded


class Verdict(StrEnum):
    """What a search can say of the photo asked about."""

    MATCH = "match"
    NO_CLOSE_MATCH = "no_close_match"
    NOT_A_GARMENT = "not_a_garment"


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another category that a photo could be."""

    label: str
    confidence: float  # 0..1, calibrated


@dataclass(frozen=True, slots=True)
class Category:
    """The likeliest category of a photo, and the next ones."""

    label: str
    confidence: float  # 0..1, calibrated
    alternatives: tuple[Alternative, ...]  # likeliest first


@dataclass(frozen=True, slots=True)
class Colour:
    """The likeliest colour of the garment in a photo."""

    name: str
    confidence: float  # 0..1, calibrated


def name_colour(reading: Reading, colours: Sequence[str]) -> Colour | None:
    """Name the likeliest colour; None where the model tells none."""
    if reading.colours is None:
        return None
    likeliest = int(reading.colours.argmax())
    # A sum of float32 may be a little above 1.
    return Colour(colours[likeliest], min(1.0, float(reading.colours[likeliest])))


def name_category(reading: Reading, labels: Sequence[str]) -> Category:
    """Name the likeliest category, with up to three alternatives of at least 1 %."""
    odds: list[float] = reading.probabilities.tolist()
    order = sorted(range(len(odds)), key=odds.__getitem__, reverse=True)
    first, *rest = [Alternative(labels[i], odds[i]) for i in order[: 1 + ALTERNATIVES]]
    likely = tuple(each for each in rest if each.confidence >= _WORTH_NAMING)
    return Category(first.label, first.confidence, likely)


def garment_probability(reading: Reading, nearest: float, rejection: Rejection) -> float:
    """Return the probability that a photo shows a garment; `nearest` is the best cosine known."""
    return _sigmoid(rejection.log_odds(reading, nearest))


def judge(reading: Reading, neighbors: Sequence[Neighbor], rejection: Rejection) -> Verdict:
    """Return what a photo is to a catalogue; `neighbors` are the nearest in all of it.

    Give the neighbours found without the shopper's filters: a price limit does not make a shirt
    less of a garment. In an empty catalogue nothing is near, which says nothing about the photo:
    it is then judged as if its nearest were just a close match, and is `no_close_match` at best.
    """
    nearest = max((each.cosine for each in neighbors), default=rejection.close_match_cosine)
    if garment_probability(reading, nearest, rejection) < rejection.garment_threshold:
        return Verdict.NOT_A_GARMENT
    if not neighbors or nearest < rejection.close_match_cosine:
        return Verdict.NO_CLOSE_MATCH
    return Verdict.MATCH


def score(cosine: float, similarity: Similarity) -> float:
    """Return the probability, 0..1, that two photos of this cosine share what `similarity` means.

    The curve was fitted on pictures that differ, and knows nothing of one picture twice. So from
    where none of these lie it rises to 1, which is certain of the very picture.
    """
    if cosine <= _SAVED_ANEW:
        return _curve(cosine, similarity)
    end = _curve(_SAVED_ANEW, similarity)
    return min(1.0, end + (1 - end) * (cosine - _SAVED_ANEW) / (_THE_VERY - _SAVED_ANEW))


def _curve(cosine: float, similarity: Similarity) -> float:
    return _sigmoid(similarity.slope * cosine + similarity.intercept)


def _sigmoid(value: float) -> float:
    if value < 0:  # exp of a large positive number would overflow
        return 1 - _sigmoid(-value)
    return 1 / (1 + math.exp(-value))
