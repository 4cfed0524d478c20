"""Writes down what was decided of a pair, and on which pictures."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from catalog.duplicates.photos import hashes_of_products
from catalog.duplicates.styles import beside, mates
from catalog.duplicates.tables import DuplicatePair, PairState
from catalog.models import now
from service.duplicates.seen import seen_of

_MOST_SEEN = 200  # pictures of a product and its variants that a decision is kept with


def close(
    session: Session, pair: DuplicatePair, state: PairState, by: str, stayed: str | None = None
) -> None:
    """Close an open pair, within a transaction that writes; `stayed` is of a merged one.

    Who says that they are two products says so of every variant of theirs, so that it is asked
    once: the other open pairs of the one and the style of the other are closed as well.
    """
    is_apart = state is PairState.DISMISSED
    for each in [pair, *(beside(session, pair) if is_apart else ())]:
        each.seen_first, each.seen_second = _seen(session, each, is_apart)
        each.state, each.stayed = state.value, stayed
        each.decided_at, each.decided_by = now(), by[:64]
    session.flush()


def _seen(session: Session, pair: DuplicatePair, with_variants: bool) -> tuple[str, str]:
    sides = pair.first_id, pair.second_id
    others = mates(session, sides) if with_variants else {}
    first, second = ([id_, *others.get(id_, ())] for id_ in sides)
    photos = hashes_of_products(session, [*first, *second])

    def of(ids: Sequence[int]) -> str:
        return seen_of([photo for id_ in ids for photo in photos[id_]][:_MOST_SEEN])

    return of(first), of(second)
