"""What somebody is asked of a product: its picture, what the model says, and why it is asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from sqlalchemy.orm import Session

from catalog import cards, review_claims, review_queue
from catalog.cards import ProductCard
from catalog.labelling import mark_of
from catalog.models import Photo, Product, now
from catalog.review_fellows import CROWD, MOST, Fellow, count_showing, fellows_of
from catalog.standings import Standing, standings
from catalog.words import fold
from embeddings.reading.verdict import Alternative, score
from embeddings.search.selection import Not, Only
from service.database.sessions import ReadView
from service.index.view import View
from service.review.reasons import Opinion, Surroundings, opinion, surroundings
from service.wiring import Services

NOT_A_GARMENT = "Not a garment"
"""A person's word for what the shop sells, and no model can name: a category like any other."""
SHOWN = 3  # neighbours
_CHOICES = 9  # one key each
_WORTH_NAMING = 0.01
_LIKE = 0.5  # what is rather of another kind says nothing of this one
MOST_COUNTED = 1_000  # products of one picture: more are as many to a person
_WIDTHS = (64, 1_024)  # photos among which those that people named are looked for


@dataclass(frozen=True, slots=True)
class NamedNeighbour:
    """A product that looks like the one in question, and that a person or a file has named."""

    product: ProductCard
    category: str
    score: float  # 0..1, as a search gives it
    by_file: bool  # whether only a file has named it


@dataclass(frozen=True, slots=True)
class Question:
    """One product to decide on."""

    product: ProductCard
    digest: str  # of its first photo
    seen: str  # tells this state of it from every other: a decision names it
    files_word: str | None  # what a file calls it; None: no file does
    guesses: tuple[Alternative, ...]  # of the model, likeliest first
    opinion: Opinion
    neighbours: tuple[NamedNeighbour, ...]
    choices: tuple[str, ...]  # the likeliest categories, best first
    categories: tuple[str, ...]  # all that are known, by name
    fellows: tuple[Fellow, ...]  # others that the answer is true of as well
    shown_by: int  # products that show this picture first, up to `MOST_COUNTED`
    held_until: datetime
    left: int  # products that want a look, this one too
    next_digest: str | None  # the first photo of what probably comes next

    @property
    def is_of_crowd(self) -> bool:
        """Whether so many products show this picture that it rather stands for a missing one."""
        return self.shown_by >= CROWD


def seen_of(photo_digest: str, labelled_at: datetime | None) -> str:
    """Tell the state of a product that somebody looks at from every other."""
    return f"{photo_digest}.{mark_of(labelled_at)}"


def question_of(
    product_id: int, holder: str, until: datetime, *, services: Services
) -> Question | None:
    """Put the question; None where the product is gone, or a person has spoken."""
    with services.index.searching() as (look, view):
        session = look.session
        product = session.get(Product, product_id)
        standing = standings(session, [product_id]).get(product_id)
        if product is None or standing is None or standing.is_final or not product.photos:
            return None
        [card] = cards.by_id(session, [product_id])
        photo = product.photos[0]
        around = surroundings(session, view, product_id, photo.id)
        ids = [each.product_id for each in around.near]
        below = services.settings.review_below / 100
        found = opinion(view.model, around, standing, standings(session, ids), below)
        guesses = _guesses(session, view, photo, standing)
        neighbours = _named(look, view, product, around)
        fellows = tuple(fellows_of(session, product_id, MOST))
        shown_by = count_showing(session, photo.digest, MOST_COUNTED)
        following = _following(session, product_id, holder, fellows)
        left = review_claims.count_wanted(session)
        labels = view.model.labels, tuple(view.model.tree.values())
    files_word = standing.human_category if standing.is_files else None
    known = {each.category for each in services.categories.current()}
    return Question(
        product=card,
        digest=photo.digest,
        seen=seen_of(photo.digest, standing.labelled_at),
        files_word=files_word,
        guesses=guesses,
        opinion=found,
        neighbours=neighbours,
        choices=_choices(files_word, guesses, neighbours),
        categories=tuple(sorted(known.union(*labels) | {NOT_A_GARMENT}, key=fold)),
        fellows=fellows,
        shown_by=shown_by,
        held_until=until,
        left=left,
        next_digest=following,
    )


def _guesses(
    session: Session, view: View, photo: Photo, standing: Standing
) -> tuple[Alternative, ...]:
    """Return what the model says, of the row that it left."""
    labels = view.model.labels
    data = review_queue.probabilities_of(session, view.model.fingerprint, photo.id)
    if len(data) != 4 * len(labels):  # damaged: what the product holds is left of it
        if standing.model_category is None:
            return ()
        return (Alternative(standing.model_category, standing.model_confidence or 0.0),)
    odds = np.frombuffer(data, dtype="<f4").tolist()
    order = sorted(range(len(odds)), key=odds.__getitem__, reverse=True)
    return tuple(Alternative(labels[each], min(1.0, odds[each])) for each in order)


def _named(
    look: ReadView, view: View, product: Product, around: Surroundings
) -> tuple[NamedNeighbour, ...]:
    """Return those like it that people named, nearest first, and after them those of files."""
    if around.vector is None:
        return ()
    own = np.array(sorted(photo.id for photo in product.photos), dtype=np.int64)
    where = Not(Only(own))
    least = view.model.rejection.close_match_cosine
    people: dict[int, tuple[str, float, bool]] = {}
    files: dict[int, tuple[str, float, bool]] = {}
    for width in _WIDTHS:
        every = view.index.search(around.vector, width, where)
        near = [each for each in every if each.cosine >= least]
        ids = view.owners.of(np.array([each.id for each in near], dtype=np.int64)).tolist()
        stands = standings(look.session, sorted(set(ids)))
        people, files = {}, {}
        for id_, each in zip(ids, near, strict=True):
            stand = stands.get(id_)
            if stand is None or stand.human_category is None or id_ == product.id:
                continue
            likeness = score(each.cosine, view.model.similarity)
            if likeness >= _LIKE:
                said = stand.human_category, likeness, stand.is_files
                (files if stand.is_files else people).setdefault(id_, said)
        if len(people) >= SHOWN or len(near) < width:
            break
    named = people | files
    first = list(named)[:SHOWN]
    return tuple(NamedNeighbour(card, *named[card.id]) for card in cards.by_id(look.session, first))


def _following(
    session: Session, product_id: int, holder: str, fellows: Sequence[Fellow]
) -> str | None:
    together = {product_id, *(each.product_id for each in fellows)}
    best = review_claims.most_useful(session, holder, now(), len(together) + 1)
    others = [each.product_id for each in best if each.product_id not in together]
    found = cards.by_id(session, others[:1])
    return found[0].digest if found else None


def _choices(
    files_word: str | None, guesses: Sequence[Alternative], neighbours: Sequence[NamedNeighbour]
) -> tuple[str, ...]:
    """Return what is worth a key: first what the product is called now, by a file or the model.

    Then come the model's guess, what the like are called, and the model's others.
    """
    likely = [each.label for each in guesses if each.confidence >= _WORTH_NAMING]
    rest = [each.label for each in guesses if each.confidence < _WORTH_NAMING]
    said = [each.category for each in neighbours]
    now = [] if files_word is None else [files_word]
    every = [*now, *likely[:1], *said, *likely[1:], *rest]
    named = dict.fromkeys(each for each in every if each != NOT_A_GARMENT)
    return tuple(named)[:_CHOICES]
