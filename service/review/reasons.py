"""Why a product wants a person's look, and what that look is worth.

A look is worth its doubt, times the products that it may tell of: itself, and each of its nearest
that is as undecided. One word then answers for a whole heap of things alike, and the next question
comes from another heap, as these neighbours know a word by then. It is the expected-error measure
of active learning (uncertainty sampling, weighed by density: Settles and Craven 2008), with the
neighbours that the index finds for density.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from sqlalchemy.orm import Session

from catalog.review_fellows import pictures_and_styles
from catalog.standings import Standing
from catalog.words import fold
from embeddings.model.label_tree import Tree, above
from embeddings.model.rejection import EvidenceRejection, Rejection
from embeddings.reading.verdict import garment_probability
from embeddings.types import Reading, Vectors
from service.index.view import View
from service.models.registry import Model

NEAR = 10  # products, of those within the model's close match
# Photos looked at, as a product may have several; more where many are of one picture or style.
_PHOTOS = (3 * NEAR, 24 * NEAR)
# In a shop's stock hardly any picture is of something else, so most of what is taken for none is a
# garment all the same: of the demonstration's 500, nine are.
_MISTAKEN = 0.5
# A supplier's words are as often another's spelling of the same as they are wrong.
_SUPPLIERS = 0.5
_MORE_SO_THAN_NOT = 0.5  # how sure a model must be to speak against a file at all
_WITNESSES = 2  # who call it otherwise: one may be the odd one itself
MOST_WORTH = 1.0 + NEAR  # of one whole doubt


class Reason(StrEnum):
    """Why somebody is asked."""

    UNSURE = "unsure"  # the model is less sure than the shop wants it
    NOT_A_GARMENT = "not_a_garment"  # the model takes it for something else
    NEIGHBOURS = "neighbours"  # people called most of its nearest otherwise
    FILES = "files"  # suppliers' files called most of its nearest otherwise
    NETWORK = "network"  # a file has said what it is, and the model takes it for something else


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
    near: tuple[Near, ...]  # nearest first; of one picture or style one alone, and none of its own
    around: tuple[int, ...] = ()  # the ids of all products up to the last of these


@dataclass(frozen=True, slots=True)
class Opinion:
    """What speaks for a look at a product."""

    reasons: tuple[Reason, ...] = ()
    worth: float | None = None  # None: nothing does
    garment: float | None = None  # how likely it is one, 0..1; None: not to be told from a row
    named: int = 0  # of its nearest: those that people named
    otherwise: int = 0  # of those: other than a file, or else the model, names this
    filed: int = 0  # of its nearest: those that only a file has named
    filed_otherwise: int = 0  # of those: likewise


def surroundings(session: Session, view: View, product_id: int, photo_id: int) -> Surroundings:
    """Look up what is nearest to a photo; of one that the index does not hold, nothing is.

    Products of one picture, or of one style, were named by one look: they are one witness.
    """
    try:
        [vector] = view.index.vectors(np.array([photo_id], dtype=np.int64))
    except KeyError:
        return Surroundings(None, ())
    own = int((view.owners.products == product_id).sum())
    found: tuple[Near, ...] = ()
    ids: list[int] = []
    for width in _PHOTOS:
        near = view.index.search(vector, width + own)
        owners = view.owners.of(np.array([each.id for each in near], dtype=np.int64)).tolist()
        every = [Near(owner, *each) for owner, each in zip(owners, near, strict=True)]
        found, ids = _one_a_question(session, every, product_id, photo_id)
        if len(found) == NEAR or len(near) < width + own:
            break
    return Surroundings(vector, found, tuple(ids))


def _one_a_question(
    session: Session, near: Sequence[Near], product_id: int, photo_id: int
) -> tuple[tuple[Near, ...], list[int]]:
    """Return the first product of each picture and style, and the ids of all on the way."""
    told = pictures_and_styles(session, [photo_id, *(each.photo_id for each in near)])
    seen = {told.get(photo_id, ("", None))[0]}
    styles = {told.get(photo_id, ("", None))[1]} - {None}
    best: dict[int, Near] = {}
    around: dict[int, None] = {}
    for each in near:
        digest, style = told.get(each.photo_id, ("", None))
        if len(best) == NEAR:
            break
        if each.product_id == product_id:
            continue
        around[each.product_id] = None
        if each.product_id not in best and digest not in seen and style not in styles:
            best[each.product_id] = each
            seen.add(digest)
            styles |= {style} - {None}
    return tuple(best.values()), list(around)


def opinion(
    model: Model,
    around: Surroundings,
    standing: Standing,
    others: Mapping[int, Standing],
    below: float,
) -> Opinion:
    """Return what speaks for a look; `others` are how the products around it stand."""
    least = model.rejection.close_match_cosine
    close = [each.product_id for each in around.near if each.cosine >= least]
    stands = [others[each] for each in close if each in others]
    said = standing.human_category if standing.is_files else standing.model_category
    people = [each.persons_category for each in stands if each.persons_category is not None]
    files = _of_files(model, standing, stands)
    otherwise, filed_otherwise = (
        sum(not are_kin(model.tree, said, each) for each in words) for words in (people, files)
    )
    garment = _garment(model.rejection, around, standing.model_confidence or 0.0)
    if standing.is_files:
        share = (len(people) + len(files) - otherwise - filed_otherwise) / (
            len(people) + len(files) + 1
        )
        doubts = _of_file(model, standing, share)
    else:
        doubts = _of_model(model, standing, garment, below)
    if _speak_against(otherwise, len(people)):
        doubts[Reason.NEIGHBOURS] = _weight(otherwise, len(people))
    if _speak_against(filed_otherwise, len(files)):
        trust = 1.0 if standing.is_files else _SUPPLIERS
        doubts[Reason.FILES] = trust * _weight(filed_otherwise, len(files))
    worth = None
    if doubts:
        worth = max(doubts.values()) * (1 + sum(each.is_open for each in stands))
    return Opinion(
        tuple(doubts), worth, garment, len(people), otherwise, len(files), filed_otherwise
    )


def _of_model(
    model: Model, standing: Standing, garment: float | None, below: float
) -> dict[Reason, float]:
    """Return what speaks against the model's category in its own reading, 0..1 each."""
    confidence = standing.model_confidence or 0.0
    doubts = {}
    if confidence < below:
        doubts[Reason.UNSURE] = 1 - confidence
    if garment is not None and garment < model.rejection.garment_threshold:
        doubts[Reason.NOT_A_GARMENT] = (1 - garment) * _MISTAKEN
    return doubts


def _of_file(model: Model, standing: Standing, backed: float) -> dict[Reason, float]:
    """Return what the model has against a file's word that it knows; `backed` is who shares it."""
    word, confidence = standing.human_category, standing.model_confidence or 0.0
    if not is_known(model, word) or are_kin(model.tree, word, standing.model_category):
        return {}
    return {Reason.NETWORK: confidence * (1 - backed)} if confidence > _MORE_SO_THAN_NOT else {}


def _of_files(model: Model, standing: Standing, stands: Sequence[Standing]) -> list[str]:
    """Return what files call the nearest, as far as it can be compared.

    A file's word is compared with another's; with the model's only if the model knows it.
    """
    words = [each.human_category for each in stands if each.is_files and each.human_category]
    return [each for each in words if standing.is_files or is_known(model, each)]


def _speak_against(otherwise: int, named: int) -> bool:
    return otherwise >= _WITNESSES and 2 * otherwise > named


def _weight(otherwise: int, named: int) -> float:
    """Return how much it tells, 0..1; those who share the word count against the others."""
    return (2 * otherwise - named) / (named + 1)  # two are not all the world


def is_known(model: Model, category: str | None) -> bool:
    """Return whether a category is one of the model's, or one that its own belong to."""
    if category is None:
        return False
    return fold(category) in {fold(each) for each in (*model.labels, *model.tree.values())}


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
