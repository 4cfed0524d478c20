"""What the staff changed lately, to be looked at and undone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from catalog import staff_changes
from catalog.facts import FACTS, Kind
from catalog.kept_states import CATEGORY, CREATED_AT, ID, PICTURES, State, told_of
from catalog.models import now
from catalog.staff_changes import StaffChange, StaffChangePart
from service.errors import UnknownChange
from service.stock.undoable import KEPT
from service.tables.prices import text_from_cents
from service.wiring import Services

_FACTS = {fact.name: fact for fact in FACTS}
_LONGEST = 80


@dataclass(frozen=True, slots=True)
class RecentChange:
    """A change, and how much of it can be undone."""

    number: int
    at: datetime
    until: datetime  # then it is forgotten
    actor: str
    actor_kind: str
    name: str
    undoes: int | None
    products: int
    undone: int

    @property
    def can_be_undone(self) -> bool:
        """Whether anything of it was not brought back, and its time is not over."""
        return self.undone < self.products and now() < self.until


@dataclass(frozen=True, slots=True)
class Cell:
    """One thing of a product that changed."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ChangedProduct:
    """What a change did to one product."""

    sku: str
    cells: tuple[Cell, ...]
    undone_by: int | None


@dataclass(frozen=True, slots=True)
class ChangeDetails:
    """A change with some of its products."""

    change: RecentChange
    products: tuple[ChangedProduct, ...]
    after: int | None  # behind which part the next are; None: these are the last


def recent_changes(
    most: int, before: int | None = None, *, services: Services
) -> tuple[list[RecentChange], int | None]:
    """Return the newest changes, and before which number the older ones are."""
    with services.database.reading() as session:
        found = staff_changes.newest_changes(session, most + 1, before)
        changes = [_recent(each) for each in found[:most]]
    return changes, changes[-1].number if len(found) > most else None


def change_details(
    number: int, after: int = 0, most: int = 100, *, services: Services
) -> ChangeDetails:
    """Return a change with its products. Raises: UnknownChange."""
    with services.database.reading() as session:
        change = session.get(StaffChange, number)
        if change is None:
            days = f"changes are kept for {KEPT.days} days"
            raise UnknownChange(f"no change has the number {number}; {days}")
        parts = staff_changes.parts_of(session, number, after, most + 1)
        products = [
            ChangedProduct(sku, tuple(_cells(before, after)), part.undone_by)
            for part in parts[:most]
            for sku, before, after in _products_of(part)
        ]
        more = parts[most - 1].id if len(parts) > most else None
        return ChangeDetails(_recent(change), tuple(products), more)


def _products_of(
    part: StaffChangePart,
) -> Sequence[tuple[str, State | None, State | None]]:
    """Return the products of a part; none where what it tells was damaged."""
    told = told_of(part.told)
    return () if told is None else told.products


def _recent(change: StaffChange) -> RecentChange:
    return RecentChange(
        number=change.id,
        at=change.at,
        until=change.at + KEPT,
        actor=change.actor,
        actor_kind=change.actor_kind,
        name=change.name,
        undoes=change.undoes,
        products=change.products,
        undone=change.undone,
    )


def _cells(before: State | None, after: State | None) -> Sequence[Cell]:
    if after is None:
        return [Cell("", "in the catalogue", "withdrawn")]
    if before is None:
        return [Cell("", "not there", "in the catalogue")]
    return [
        Cell(_column(name), _shown(name, before[name]), _shown(name, after[name]))
        for name in after
        if name not in (ID, CREATED_AT)
    ]


def _column(name: str) -> str:
    column = _FACTS[name].column if name in _FACTS else name
    return column.replace("_", " ")


def _shown(name: str, value: Any) -> str:
    if name == CATEGORY:
        return value[0] or "the model's"
    if name == PICTURES:
        return f"{len(value)}"
    if value is None:
        return "none"
    if _FACTS[name].kind is Kind.PRICE and isinstance(value, int):
        return text_from_cents(value)
    return str(value)[:_LONGEST]
