"""Writes down what was decided of pairs, and on which pictures."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from catalog.duplicates.photos import hashes_of_products
from catalog.duplicates.styles import beside, mates
from catalog.duplicates.tables import DuplicatePair, PairState
from catalog.models import now
from service.duplicates.seen import seen_of

_MOST_SEEN = 200  # pictures of a product and its variants that a decision is kept with


@dataclass(frozen=True, slots=True)
class Closed:
    """What becomes of an open pair."""

    pair: DuplicatePair
    state: PairState
    stayed: str | None = None  # of a merged one: the SKU


def close_all(session: Session, decided: Iterable[Closed], by: str) -> None:
    """Close open pairs, within a transaction that writes.

    Who says that they are two products says so of every variant of theirs, so that it is asked
    once: the other open pairs of the one and the style of the other are closed as well.
    """
    closed = [
        Closed(each, one.state, one.stayed)
        for one in decided
        for each in [one.pair, *(beside(session, one.pair) if _is_apart(one) else ())]
    ]
    sides = [(each.pair.first_id, each.pair.second_id) for each in closed]
    apart = [id_ for one, both in zip(closed, sides, strict=True) if _is_apart(one) for id_ in both]
    variants = mates(session, apart) if apart else {}
    every = {id_ for both in sides for one in both for id_ in (one, *variants.get(one, ()))}
    photos = hashes_of_products(session, sorted(every))

    def seen(ids: Sequence[int]) -> str:
        return seen_of([photo for id_ in ids for photo in photos[id_]][:_MOST_SEEN])

    at = now()
    for one, both in zip(closed, sides, strict=True):
        shown = [[id_, *(variants[id_] if _is_apart(one) else ())] for id_ in both]
        one.pair.seen_first, one.pair.seen_second = map(seen, shown)
        one.pair.state, one.pair.stayed = one.state.value, one.stayed
        one.pair.decided_at, one.pair.decided_by = at, by[:64]
    session.flush()


def _is_apart(closed: Closed) -> bool:
    return closed.state is PairState.DISMISSED
