"""What a person decides of a pair of products; each is one transaction, and can be undone."""

import hashlib
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.dialect.lists import listed
from catalog.duplicates import moved, pairs
from catalog.duplicates.styles import beside
from catalog.duplicates.tables import DuplicatePair, MovedSku, PairState
from catalog.errors import ConditionFailed, Contradiction
from catalog.exported import WholeProduct, products_by_sku
from catalog.marks import present_mark
from catalog.models import Product
from catalog.stored import ProductRecord
from catalog.words import fold
from embeddings.files import names
from service.access.actor import Actor
from service.access.log import record
from service.duplicates.closing import close
from service.duplicates.merging import merge
from service.errors import BadRequestValue, UnknownPair
from service.stock.pictures import remove_unreferenced
from service.stock.record import record_within
from service.stock.undoable import Kept, OtherRow, undoable
from service.wiring import Services


class Verdict(StrEnum):
    """What a person may decide."""

    MERGE = "merge"  # they are one product
    LINK = "link"  # they are variants of one style
    DISMISS = "dismiss"  # they have nothing to do with each other


@dataclass(frozen=True, slots=True)
class Decision:
    """What is decided of a pair."""

    number: int  # of the pair
    verdict: Verdict
    stays: str | None = None  # of a merger: the SKU of the one that stays
    seen: str | None = None  # what the two were like when they were looked at; see `mark_of_pair`


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
    let_go: list[str] = []
    with services.database.writing() as session:
        pair = open_pair(session, decision.number)
        first, second = pair.first_sku, pair.second_sku
        if decision.seen is not None and decision.seen != mark_of_pair(session, first, second):
            raise ConditionFailed(
                f"'{first}' or '{second}' was changed since you looked at them: look again"
            )
        with undoable_group(session, [(pair, decision)], told_of(pair, decision), by=by) as kept:
            told = apply(session, pair, decision, let_go, by=by, services=services)
    remove_unreferenced(let_go, services=services)
    return PairDecided(pair.id, told, kept.number)


def undoable_group(
    session: Session,
    group: Sequence[tuple[DuplicatePair, Decision]],
    name: str,
    *,
    by: Actor,
    change: int | None = None,
) -> AbstractContextManager[Kept]:
    """Keep what decisions around one product change, so that they are undone together."""
    skus = {sku: None for pair, _ in group for sku in (pair.first_sku, pair.second_sku)}
    numbers = {pair.id: None for pair, _ in group}
    for pair, decision in group:
        if decision.verdict is Verdict.DISMISS:
            numbers |= dict.fromkeys(each.id for each in beside(session, pair))
    rows: list[OtherRow] = []
    if any(decision.verdict is Verdict.MERGE for _, decision in group):
        # The pairs of a product that leaves go with it, and come back with it.
        for each in products_by_sku(session, skus).values():
            numbers |= dict.fromkeys(pairs.open_of_product(session, each.id))
        rows += [OtherRow(MovedSku.__tablename__, (sku,)) for sku in skus]
    rows += [OtherRow(DuplicatePair.__tablename__, (number,)) for number in numbers]
    return undoable(session, skus, by=by, name=name, number=change, together=True, rows=rows)


def apply(
    session: Session,
    pair: DuplicatePair,
    decision: Decision,
    let_go: list[str],
    *,
    by: Actor,
    services: Services,
) -> str:
    """Do what was decided of an open pair, within a transaction that writes; say it in words.

    Pictures that nothing may show any more are added to `let_go`.
    """
    first, second = pair.first_sku, pair.second_sku
    held = products_by_sku(session, (first, second))
    stays = _stays(decision, pair)
    stayed = stays if decision.verdict is Verdict.MERGE else None
    close(session, pair, _STATES[decision.verdict], by.name, stayed)
    if decision.verdict is Verdict.MERGE:
        leaves = second if stays == first else first
        let_go += merge(session, held[stays], held[leaves], by.name, services=services)
    elif decision.verdict is Verdict.LINK:
        _link(session, held[first], held[second], services)
    told = told_of(pair, decision)
    record(session, by, f"duplicate.{decision.verdict}", f"{first} {second}", told)
    return told


def free(sku: str, *, by: Actor, services: Services) -> str | None:
    """Let the SKU of a merged product be used again, however it is spelled.

    Returns the product's own spelling; None where none was merged that is called so.
    """
    with services.database.writing() as session:
        freed = moved.free(session, sku, names.key)
        if freed is not None:
            record(session, by, "duplicate.free", freed)
    return freed


def told_of(pair: DuplicatePair, decision: Decision) -> str:
    """Return what is decided, in words."""
    first, second = pair.first_sku, pair.second_sku
    if decision.verdict is Verdict.MERGE:
        leaves = second if decision.stays == first else first
        return f"'{leaves}' merged into '{decision.stays}'"
    if decision.verdict is Verdict.LINK:
        return f"'{first}' and '{second}' linked as variants"
    return f"'{first}' and '{second}' kept apart"


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


def _stays(decision: Decision, pair: DuplicatePair) -> str:
    if decision.verdict is not Verdict.MERGE:
        return pair.first_sku
    if decision.stays not in (pair.first_sku, pair.second_sku):
        rule = f"the one that stays is '{pair.first_sku}' or '{pair.second_sku}'"
        raise BadRequestValue(f"{rule}, got '{(decision.stays or '')[:64]}'", {"stays": [rule]})
    return decision.stays


_STATES = {
    Verdict.MERGE: PairState.MERGED,
    Verdict.LINK: PairState.LINKED,
    Verdict.DISMISS: PairState.DISMISSED,
}


def _link(session: Session, one: WholeProduct, other: WholeProduct, services: Services) -> None:
    """Give two products one style: that of either, or a new one. Raises: Contradiction."""
    styles = [str(each.style) for each in (one, other) if each.style is not None]
    if len(styles) == 2:
        raise Contradiction(
            f"'{one.sku}' is of the style '{styles[0]}', and '{other.sku}' of '{styles[1]}': "
            "say in the stock list which of them is right, and link them then"
        )
    style = styles[0] if styles else _new_style(session, min((one, other), key=lambda p: p.id).sku)
    items = [ProductRecord(each.sku, facts={"style": style}) for each in (one, other)]
    record_within(session, items, services=services)


def _new_style(session: Session, sku: str) -> str:
    """Name a style after the product that came first, unless another style is called so."""
    names = [sku, *(f"{sku[:60]}-{number}" for number in range(2, 100))]
    folded = listed([fold(name) for name in names])
    taken = set(
        session.scalars(select(Product.folded_style).where(Product.folded_style.in_(folded)))
    )
    return next(name for name in names if fold(name) not in taken)
