"""What a change of the staff did to each product, to be looked at and undone."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from catalog import staff_changes
from catalog.change_families import still_undone
from catalog.facts import FACTS, Kind
from catalog.kept_states import CATEGORY, CREATED_AT, ID, PICTURES, State, told_of
from catalog.staff_changes import StaffChange, StaffChangePart
from service.errors import UnknownChange
from service.stock.undo_names import is_undo
from service.stock.undoable import KEPT
from service.tables.prices import text_from_cents
from service.wiring import Services

_FACTS = {fact.name: fact for fact in FACTS}
_LONGEST = 80


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
    was_brought_back: bool  # and the change was not done again since


@dataclass(frozen=True, slots=True)
class ChangeDetails:
    """A change with some of its products."""

    number: int
    name: str
    is_undo: bool
    products: tuple[ChangedProduct, ...]
    after: int | None  # behind which part the next are; None: these are the last


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
        back = still_undone(session, parts[:most])
        products = [
            ChangedProduct(sku, tuple(_cells(before, after)), part.id in back)
            for part in parts[:most]
            for sku, before, after in _products_of(part)
        ]
        more = parts[most - 1].id if len(parts) > most else None
        return ChangeDetails(number, change.name, is_undo(change), tuple(products), more)


def _products_of(
    part: StaffChangePart,
) -> Sequence[tuple[str, State | None, State | None]]:
    """Return the products of a part; none where what it tells was damaged."""
    told = told_of(part.told)
    return () if told is None else told.products


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
