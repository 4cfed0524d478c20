"""Brings products and rows back to what they were, within a transaction that writes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from catalog import products
from catalog.facts import NAMES
from catalog.kept_states import (
    CATEGORY,
    CREATED_AT,
    ID,
    PICTURES,
    NewState,
    State,
    instant,
    put_categories,
    put_rows,
    states_of,
)
from catalog.stored import FormerSelf, PhotoRecord, ProductRecord, StoredReading
from service.stock.record import record_within
from service.wiring import Services


@dataclass(frozen=True, slots=True)
class Former:
    """What a product was before a change, and what the change has left of it."""

    sku: str
    before: State | None  # None: there was none
    after: State | None


@dataclass(frozen=True, slots=True)
class FormerRow:
    """A row beside the products, likewise."""

    table: str
    key: tuple[Any, ...]
    before: State | None
    after: State | None


@dataclass(slots=True)
class BroughtBack:
    """What became of it."""

    failed: list[str] = field(default_factory=list)  # SKUs whose pictures must be read anew
    let_go: list[str] = field(default_factory=list)  # pictures that products do not show any more


def bring_back(
    session: Session,
    formers: Sequence[Former],
    rows: Sequence[FormerRow],
    readings: Mapping[str, StoredReading],
    *,
    services: Services,
) -> BroughtBack:
    """Let products be what they were; what was not changed of them stays as it is now.

    `readings` are those of pictures that come back, by digest.
    """
    outcome = BroughtBack()
    # Before products go: a row that counts as open would go with them.
    put_rows(
        session,
        (NewState(row.table, row.key, row.before, row.after is not None) for row in rows),
    )
    gone = [each.sku for each in formers if each.before is None]
    if gone:
        _, let_go = products.delete_all(session, gone)
        outcome.let_go += let_go
    items = [_item(each, each.before, readings) for each in formers if each.before is not None]
    written, let_go = record_within(session, items, services=services)
    outcome.let_go += let_go
    outcome.failed += written.retry
    session.flush()
    spoken = [each for each in formers if each.before is not None and CATEGORY in each.before]
    present = states_of(session, [each.sku for each in spoken])
    put_categories(
        session,
        {
            present[each.sku][ID]: each.before[CATEGORY]
            for each in spoken
            if each.sku not in outcome.failed and each.before is not None
        },
    )
    return outcome


def _item(former: Former, before: State, readings: Mapping[str, StoredReading]) -> ProductRecord:
    pictures = None
    if PICTURES in before:
        pictures = tuple(
            PhotoRecord(source, digest, readings.get(digest)) for digest, source in before[PICTURES]
        )
    former_self = None
    if former.after is None:
        born = instant(before[CREATED_AT])
        assert born is not None  # every product has come at some time
        former_self = FormerSelf(before[ID], born)
    facts = {name: before[name] for name in NAMES if name in before}
    return ProductRecord(former.sku, facts=facts, photos=pictures, former=former_self)
