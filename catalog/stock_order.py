"""In which order the staff's list goes, and the ranges of indexes that make it up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Select, Table, and_, case, not_

from catalog.models import Product

_PRODUCT: Table = Product.__table__  # type: ignore[assignment]
_C = _PRODUCT.c
Value: TypeAlias = str | int | float | datetime | None


class Sort(StrEnum):
    """What a list goes by."""

    ADDED = "added"
    SKU = "sku"
    TITLE = "title"
    CATEGORY = "category"
    CONFIDENCE = "confidence"
    PRICE = "price"
    STOCK = "stock"
    CHANGED = "changed"


_COLUMNS: dict[Sort, Any] = {
    Sort.ADDED: _C.id,
    Sort.SKU: _C.folded_sku,
    Sort.TITLE: _C.folded_title,
    Sort.CATEGORY: _C.category,
    Sort.CONFIDENCE: _C.model_confidence,
    Sort.PRICE: _C.costs_cents,
    Sort.STOCK: _C.stock,
    Sort.CHANGED: _C.updated_at,
}
# What a column holds and the list does not show is empty there: a person's word is as sure as can
# be, whatever the model said before.
_SHOWN_WHERE: dict[Sort, ColumnElement[bool]] = {
    Sort.CONFIDENCE: and_(_C.human_category.is_(None), _C.model_confidence.is_not(None))
}


@dataclass(frozen=True, slots=True)
class Order:
    """In which order products are listed; of those that are alike the id decides."""

    by: Sort = Sort.ADDED
    down: bool = True  # the highest, or newest, first


@dataclass(frozen=True, slots=True)
class Place:
    """A row in an order, behind or before which a page begins."""

    value: Value
    id: int
    before: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """Rows that follow one another in an order: a range of an index."""

    conditions: Sequence[ColumnElement[bool]]
    by: Sequence[ColumnElement[Any]]

    def of(self, query: Select[Any]) -> Select[Any]:
        """Narrow a query to these rows, in their order."""
        return query.where(*self.conditions).order_by(*self.by)


def value_of(by: Sort) -> ColumnElement[Any]:
    """Return the SQL of what a list by it shows of a product; null where that is nothing."""
    column: ColumnElement[Any] = _COLUMNS[by]
    is_shown = _SHOWN_WHERE.get(by)
    return column if is_shown is None else case((is_shown, column))


def pieces_of(order: Order, place: Place | None) -> list[Piece]:
    """Return what comes behind a place, or before it: what is empty is lower than all else.

    Said in one condition, no index would be used.
    """
    column, is_shown = _COLUMNS[order.by], _SHOWN_WHERE.get(order.by)
    down = order.down != (place is not None and place.before)

    def piece(*conditions: ColumnElement[bool], by_column: bool = True) -> Piece:
        by = (column, _C.id) if by_column else (_C.id,)
        return Piece(conditions, [each.desc() if down else each for each in by])

    if place is None and is_shown is None:
        return [piece()]
    filled = column.is_not(None) if is_shown is None else is_shown
    empty = column.is_(None) if is_shown is None else not_(is_shown)
    if place is None:
        both = [piece(filled), piece(empty, by_column=False)]
        return both if down else both[::-1]
    among = _C.id < place.id if down else _C.id > place.id
    if column is _C.id:
        return [piece(among)]
    if place.value is None:
        rest = piece(empty, among, by_column=False)
        return [rest] if down else [rest, piece(filled)]
    # Of what is null no comparison holds; what is filled and not shown is to be left out.
    shown = [] if is_shown is None else [is_shown]
    same = piece(*shown, column == place.value, among)
    if down:
        return [same, piece(*shown, column < place.value), piece(empty, by_column=False)]
    return [same, piece(*shown, column > place.value)]
