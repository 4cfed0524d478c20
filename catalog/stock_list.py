"""All products as the staff list them: narrowed, sorted by a column, a page from any row on.

A page begins behind a row and not at a number, so that the last one is as quick as the first, and
nothing is passed over where products come and go meanwhile.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, func, or_, select
from sqlalchemy.orm import Session

from catalog.damaged_cells import as_text
from catalog.dialect.lists import gathered, listed
from catalog.facts import NAMES, FactValue, HasFacts
from catalog.filter_sql import ids_of
from catalog.labelling import is_files
from catalog.models import Photo, Product
from catalog.stock_filters import StockFilters, stock_conditions
from catalog.stock_order import Order, Place, Value, pieces_of, value_of

_PRODUCT: Table = Product.__table__  # type: ignore[assignment]
_C = _PRODUCT.c
_FEW = 10_000  # ids that are looked up sooner than words are looked for again


@dataclass(frozen=True, slots=True)
class StockRow(HasFacts):
    """What the list shows of a product."""

    id: int
    sku: str
    said: tuple[FactValue, ...]  # in the order of catalog.facts
    category: str | None
    human_category: str | None
    labelled_by: str | None  # whose word that is, as a `Speaker`
    model_category: str | None
    model_confidence: float | None  # 0..1, calibrated
    colour: str | None  # of its first picture
    colour_confidence: float | None
    updated_at: datetime
    digest: str | None  # of its first picture
    pictures: int
    at: Value  # its value in the order

    @property
    def is_files(self) -> bool:
        """Whether its category is only a file's word."""
        return is_files(self.human_category, self.labelled_by)


@dataclass(frozen=True, slots=True)
class StockPage:
    """Some rows, and where those before and behind them are."""

    rows: tuple[StockRow, ...]
    total: int
    previous: Place | None
    next: Place | None


_OF_IT = Photo.product_id == _C.id
_DIGEST = (
    select(Photo.digest)
    .where(_OF_IT)
    .order_by(Photo.position, Photo.id)
    .limit(1)
    .correlate(_PRODUCT)
    .scalar_subquery()
)
_PICTURES = select(func.count()).where(_OF_IT).correlate(_PRODUCT).scalar_subquery()
_SHOWN = (
    "category",
    "human_category",
    "labelled_by",
    "model_category",
    "model_confidence",
    "colour",
)
_ROW = (
    _C.id,
    _C.sku,
    *(_C[name] for name in NAMES),
    *(_C[name] for name in _SHOWN),
    _C.colour_confidence,
    _C.updated_at,
    _DIGEST,
    _PICTURES,
)


def stock_page(
    session: Session, filters: StockFilters, order: Order, place: Place | None, most: int
) -> StockPage:
    """Return at most so many rows behind a place, or before it; without one the first."""
    wanted, total = _narrowed(session, filters)
    backwards = place is not None and place.before
    found = _rows(session, wanted, order, place, most + 1)
    more = len(found) > most
    rows = found[:most][::-1] if backwards else found[:most]
    if not rows:
        return StockPage((), total, None, None)
    first, last = Place(rows[0].at, rows[0].id, before=True), Place(rows[-1].at, rows[-1].id)
    has_previous = more if backwards else place is not None
    has_next = True if backwards else more
    return StockPage(
        tuple(rows), total, first if has_previous else None, last if has_next else None
    )


def _narrowed(session: Session, filters: StockFilters) -> tuple[Sequence[ColumnElement[bool]], int]:
    """Return conditions that hold of just the products that satisfy the filters, and their count.

    Looking for words means to look at every product: that is done once, where few are found.
    """
    wanted = stock_conditions(filters)
    if filters.words:
        ids = ids_of(session.scalar(select(gathered(_C.id)).where(*wanted))).tolist()
        return ([_C.id.in_(listed(ids))] if len(ids) <= _FEW else wanted), len(ids)
    query = select(func.count()).select_from(_PRODUCT).where(*wanted)
    return wanted, session.scalar(query) or 0


def stock_ids(session: Session, filters: StockFilters) -> list[int]:
    """Return the ids, ascending, of the products that satisfy the filters."""
    query = select(_C.id).where(*stock_conditions(filters)).order_by(_C.id)
    return list(session.scalars(query))


def skus_of(session: Session, ids: Sequence[int]) -> list[str]:
    """Return the SKUs of those of these products that there are, by ascending id."""
    return list(session.scalars(select(_C.sku).where(_C.id.in_(listed(ids))).order_by(_C.id)))


def ids_of_skus(session: Session, skus: Sequence[str]) -> list[int]:
    """Return the ids, ascending, of those of these products that there are."""
    return list(session.scalars(select(_C.id).where(_C.sku.in_(listed(skus))).order_by(_C.id)))


def rows_of(session: Session, ids: Sequence[int]) -> list[StockRow]:
    """Load these products, by ascending id; those that are gone are left out."""
    query = select(*_ROW, _C.id.label("at")).where(_C.id.in_(listed(ids))).order_by(_C.id)
    return [_row(row) for row in session.execute(query)]


def _rows(
    session: Session,
    wanted: Sequence[ColumnElement[bool]],
    order: Order,
    place: Place | None,
    most: int,
) -> list[StockRow]:
    found: list[StockRow] = []
    for piece in pieces_of(order, place):
        query = piece.of(select(*_ROW, value_of(order.by).label("at")).where(*wanted))
        found += [_row(row) for row in session.execute(query.limit(most - len(found)))]
        if len(found) >= most:
            break
    return found


def _row(row: Any) -> StockRow:
    facts = 2 + len(NAMES)
    values: list[Any] = list(row)
    if isinstance(values[-1], bytes):  # what it goes by was damaged
        values[-1] = as_text(values[-1])
    return StockRow(row[0], row[1] or "?", tuple(row[2:facts]), *values[facts:])


def count_differing(
    session: Session,
    ids: Sequence[int],
    facts: Mapping[str, FactValue],
    category: tuple[str | None, ...],
) -> int:
    """Count those of these products of which a fact, or a person's category, is another.

    `category` is one, or none where nothing is said of it.
    """
    other = [_C[name].is_distinct_from(value) for name, value in facts.items()]
    other += [_C.human_category.is_distinct_from(each) for each in category]
    query = select(func.count()).select_from(_PRODUCT).where(_C.id.in_(listed(ids)), or_(*other))
    return session.scalar(query) or 0
