"""Why a product wants a person's look, and what that look is worth.

A look is worth its doubt, times the products that it may tell of: itself, and each of its nearest
that is as undecided. One word then answers for a whole heap of things alike, and the next question
comes from another heap, as these neighbours know a word by then. It is the expected-error measure
of active learning (uncertainty sampling, weighed by density: Settles and Craven 2008), with the
neighbours that the index finds for density.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from catalog.products import Standing
from catalog.words import fold
from embeddings.model.label_tree import Tree, above
from embeddings.model.rejection import EvidenceRejection, Rejection
from embeddings.reading.verdict import garment_probability
from embeddings.types import Reading, Vectors
from service.index.view import View
from service.models.registry import Model

NEAR = 10  # products, of those within the model's close match
_PHOTOS = 3 * NEAR  # looked at, as a product may have several
# In a shop's stock hardly any picture is of something else, so most of what is taken for none is a
# garment all the same: of the demonstration's 500, nine are.
_MISTAKEN = 0.5
_WITNESSES = 2  # who call it otherwise: one may be the odd one itself
MOST_WORTH = 1.0 + NEAR  # of one whole doubt


class Reason(StrEnum):
    """Why somebody is asked."""

    UNSURE = "unsure"  # the model is less sure than the shop wants it
    NOT_A_GARMENT = "not_a_garment"  # the model takes it for something else
    NEIGHBOURS = "neighbours"  # people called most of its nearest otherwise


@dataclass(frozen=True, slots=True)
class Near:
    """Another product near one, by the nearest of its photos."""

    product_id: int
    photo_id: int
    cosine: float  # -1..1


@dataclass(frozen=True, slots=True, eq=False)
class Surroundings:
    """What the index finds around a product's first photo."""

    vector: Vectors | None  # (dim,), of that photo
    near: tuple[Near, ...]  # nearest first


@dataclass(frozen=True, slots=True)
class Opinion:
    """What speaks for a look at a product."""

    reasons: tuple[Reason, ...] = ()
    worth: float | None = None  # None: nothing does
    garment: float | None = None  # how likely it is one, 0..1; None: not to be told from a row
    named: int = 0  # of its nearest: those that people named
    otherwise: int = 0  # of those: other than the model names this


def surroundings(view: View, product_id: int, photo_id: int) -> Surroundings:
    """Look up what is nearest to a photo; of one that the index does not hold, nothing is."""
    try:
        [vector] = view.index.vectors(np.array([photo_id], dtype=np.int64))
    except KeyError:
        return Surroundings(None, ())
    own = int((view.owners.products == product_id).sum())
    found = view.index.search(vector, _PHOTOS + own)
    owners = view.owners.of(np.array([each.id for each in found], dtype=np.int64)).tolist()
    best: dict[int, Near] = {}
    for owner, (photo, cosine) in zip(owners, found, strict=True):
        if owner != product_id:
            best.setdefault(owner, Near(owner, photo, cosine))
    return Surroundings(vector, tuple(best.values())[:NEAR])


def opinion(
    model: Model,
    around: Surroundings,
    standing: Standing,
    others: Mapping[int, Standing],
    below: float,
) -> Opinion:
    """Return what speaks for a look; `others` are how the products around it stand."""
    confidence = standing.model_confidence or 0.0
    least = model.rejection.close_match_cosine
    close = [each.product_id for each in around.near if each.cosine >= least]
    stands = [others[each] for each in close if each in others]
    named = [each for each in stands if each.human_category is not None]
    otherwise = sum(
        not are_kin(model.tree, standing.model_category, each.human_category) for each in named
    )
    garment = _garment(model.rejection, around, confidence)
    doubts = {}
    if confidence < below:
        doubts[Reason.UNSURE] = 1 - confidence
    if garment is not None and garment < model.rejection.garment_threshold:
        doubts[Reason.NOT_A_GARMENT] = (1 - garment) * _MISTAKEN
    if otherwise >= _WITNESSES and 2 * otherwise > len(named):
        doubts[Reason.NEIGHBOURS] = otherwise / (len(named) + 1)  # two are not all the world
    worth = None
    if doubts:
        worth = max(doubts.values()) * (1 + sum(each.is_open for each in stands))
    return Opinion(tuple(doubts), worth, garment, len(named), otherwise)


def are_kin(tree: Tree, one: str | None, other: str | None) -> bool:
    """Return whether two categories are one, or one belongs to the other."""
    if one is None or other is None:
        return False
    first, second = ({fold(each) for each in (name, *above(tree, name))} for name in (one, other))
    return fold(one) in second or fold(other) in first


def _garment(rejection: Rejection, around: Surroundings, confidence: float) -> float | None:
    """Return how likely a photo shows a garment; None where rows do not hold what that takes."""
    if around.vector is None or (isinstance(rejection, EvidenceRejection) and rejection.energy):
        return None  # no row has the logits
    best = around.near[0].cosine if around.near else rejection.close_match_cosine
    odds = np.array([confidence], dtype=np.float32)
    reading = Reading(np.zeros(1, dtype=np.float32), odds, around.vector)
    return garment_probability(reading, best, rejection)
