"""Does what was decided of pairs, within a transaction that writes, and keeps what was before."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import TypeAlias

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.dialect.lists import listed
from catalog.duplicates import pairs
from catalog.duplicates.styles import beside
from catalog.duplicates.tables import DuplicatePair, MovedSku, PairState
from catalog.errors import Contradiction
from catalog.exported import WholeProduct, products_by_sku
from catalog.models import Product
from catalog.stored import ProductRecord
from catalog.words import fold
from embeddings.files import names
from service.access.actor import Actor
from service.access.log import record_all
from service.duplicates.closing import Closed, close_all
from service.duplicates.decision import Decision, Verdict, stays_and_leaves, told_of
from service.duplicates.merging import merge_all
from service.stock.record import record_within
from service.stock.undoable import Kept, OtherRow, Together, undoable_groups
from service.wiring import Services

Decided: TypeAlias = tuple[DuplicatePair, Decision]

_STATES = {
    Verdict.MERGE: PairState.MERGED,
    Verdict.LINK: PairState.LINKED,
    Verdict.DISMISS: PairState.DISMISSED,
}


def touched_by(session: Session, groups: Sequence[Sequence[Decided]]) -> list[Together]:
    """Return the products and rows that decisions around one product each may change."""
    skus = {sku for group in groups for pair, _ in group for sku in _both(pair)}
    held = products_by_sku(session, skus)
    leaving = [
        held[sku].id
        for group in groups
        for pair, decision in group
        for sku in _both(pair)
        if decision.verdict is Verdict.MERGE and sku in held
    ]
    # The pairs of a product that leaves go with it, and come back with it.
    its_pairs = pairs.open_of_products(session, leaving) if leaving else {}
    found = []
    for group in groups:
        both = {sku: None for pair, _ in group for sku in _both(pair)}
        numbers = {pair.id: None for pair, _ in group}
        rows: list[OtherRow] = []
        for pair, decision in group:
            if decision.verdict is Verdict.DISMISS:
                numbers |= dict.fromkeys(each.id for each in beside(session, pair))
        if any(decision.verdict is Verdict.MERGE for _, decision in group):
            rows += [OtherRow(MovedSku.__tablename__, (sku,)) for sku in both]
            of_them = (its_pairs.get(held[sku].id, ()) for sku in both if sku in held)
            numbers |= {number: None for some in of_them for number in some}
        rows += [OtherRow(DuplicatePair.__tablename__, (number,)) for number in numbers]
        found.append(Together(list(both), rows))
    return found


def how_many_apart(groups: Sequence[Together]) -> int:
    """Return how many of the first groups have nothing in common, and so can be done at once."""
    held: set[object] = set()
    for place, group in enumerate(groups):
        about: set[object] = {names.key(sku) for sku in group.skus} | set(group.rows)
        if not held.isdisjoint(about):
            return place
        held |= about
    return len(groups)


def keeping(
    session: Session, groups: Sequence[Together], name: str, *, by: Actor, change: int | None = None
) -> AbstractContextManager[Kept]:
    """Keep what decisions change, so that those around one product are undone together."""
    return undoable_groups(session, groups, by=by, name=name, number=change)


def apply_all(
    session: Session, decided: Sequence[Decided], *, by: Actor, services: Services
) -> tuple[list[str], list[str]]:
    """Do what was decided of open pairs that have no product in common.

    Returns what was done in words, and the pictures that nothing may show any more.

    Raises:
        Contradiction: one of them cannot be; the transaction is to be taken back.
        BadRequestValue: of a pair neither product is the one that is to stay.
    """
    held = products_by_sku(session, {sku: None for pair, _ in decided for sku in _both(pair)})
    told = [told_of(*each) for each in decided]
    closed: list[Closed] = []
    mergers: list[tuple[WholeProduct, WholeProduct]] = []
    for pair, decision in decided:
        stayed = None
        if decision.verdict is Verdict.MERGE:
            stayed, leaves = stays_and_leaves(pair, decision)
            mergers.append((held[stayed], held[leaves]))
        closed.append(Closed(pair, _STATES[decision.verdict], stayed))
    close_all(session, closed, by.name)
    let_go = merge_all(session, mergers, by.name, services=services) if mergers else []
    for pair, decision in decided:
        if decision.verdict is Verdict.LINK:
            _link(session, held[pair.first_sku], held[pair.second_sku], services)
    record_all(
        session,
        by,
        (
            (f"duplicate.{decision.verdict}", f"{pair.first_sku} {pair.second_sku}", said)
            for (pair, decision), said in zip(decided, told, strict=True)
        ),
    )
    return told, let_go


def _both(pair: DuplicatePair) -> tuple[str, str]:
    return pair.first_sku, pair.second_sku


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
    tried = [sku, *(f"{sku[:60]}-{number}" for number in range(2, 100))]
    folded = listed([fold(name) for name in tried])
    taken = set(
        session.scalars(select(Product.folded_style).where(Product.folded_style.in_(folded)))
    )
    return next(name for name in tried if fold(name) not in taken)
