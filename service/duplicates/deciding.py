"""What a person decides of a pair of products; each is one transaction, and can be undone."""

import hashlib
from dataclasses import dataclass

from sqlalchemy.orm import Session

from catalog.duplicates import moved, pairs
from catalog.duplicates.tables import DuplicatePair, PairState
from catalog.errors import ConditionFailed, Contradiction
from catalog.marks import present_mark
from embeddings.files import names
from service.access.actor import Actor
from service.access.log import record
from service.duplicates.applying import apply_all, keeping, touched_by
from service.duplicates.decision import Decision, told_of
from service.errors import UnknownPair
from service.stock.pictures import remove_unreferenced
from service.wiring import Services


@dataclass(frozen=True, slots=True)
class PairDecided:
    """What was done."""

    number: int  # of the pair
    told: str  # in words
    change: int | None  # by which it can be undone


def mark_of_pair(session: Session, one: str, other: str) -> str:
    """Tell the present state of two products from every other."""
    marks = [present_mark(session, sku) or "" for sku in sorted((one, other))]
    return hashlib.sha256(" ".join(marks).encode()).hexdigest()[:16]


def decide(decision: Decision, *, by: Actor, services: Services) -> PairDecided:
    """Do what a person has decided of a pair that is open.

    Raises:
        UnknownPair: there is no such pair.
        Contradiction: somebody has decided already, a product is gone, or it cannot be done.
        ConditionFailed: one of the products is no longer what was looked at.
        BadRequestValue: neither of the products is the one that is to stay.
    """
    with services.database.writing() as session:
        pair = open_pair(session, decision.number)
        first, second = pair.first_sku, pair.second_sku
        if decision.seen is not None and decision.seen != mark_of_pair(session, first, second):
            raise ConditionFailed(
                f"'{first}' or '{second}' was changed since you looked at them: look again"
            )
        group, name = [(pair, decision)], told_of(pair, decision)
        with keeping(session, touched_by(session, [group]), name, by=by) as kept:
            [told], let_go = apply_all(session, group, by=by, services=services)
    remove_unreferenced(let_go, services=services)
    return PairDecided(pair.id, told, kept.number)


def free(sku: str, *, by: Actor, services: Services) -> str | None:
    """Let the SKU of a merged product be used again, however it is spelled.

    Returns the product's own spelling; None where none was merged that is called so.
    """
    with services.database.writing() as session:
        freed = moved.free(session, sku, names.key)
        if freed is not None:
            record(session, by, "duplicate.free", freed)
    return freed


def open_pair(session: Session, number: int) -> DuplicatePair:
    """Load a pair that waits for a decision. Raises: UnknownPair, Contradiction."""
    pair = session.get(DuplicatePair, number)
    if pair is None:
        raise UnknownPair(f"no pair has the number {number}: its products may have left")
    if pair.state != PairState.OPEN.value:
        raise Contradiction(
            f"'{pair.first_sku}' and '{pair.second_sku}' were {pair.state} already, by "
            f"{pair.decided_by}"
        )
    if not pairs.is_open(session, pair):
        raise Contradiction(
            f"'{pair.first_sku}' and '{pair.second_sku}' are no pair any more: one of them is "
            "gone, or they are variants of one style"
        )
    return pair
