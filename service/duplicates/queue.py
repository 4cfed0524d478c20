"""The queue of pairs that wait for a person, as pages, programs and the terminal show it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from catalog.duplicates import pairs
from catalog.duplicates.pairs import PairFilter
from catalog.duplicates.tables import DuplicatePair, Kind, PairState
from catalog.exported import WholeProduct, products_by_sku
from service.wiring import Services

WORDS = {
    Kind.SAME_PICTURE: "the same picture",
    Kind.SAME_PRODUCT: "the same product",
    Kind.VARIANT: "a variant",
}


@dataclass(frozen=True, slots=True)
class Pair:
    """Two products that may be one; the one that came first is the left one."""

    number: int
    left: str  # SKU
    right: str
    kind: Kind
    score: float  # 0..1
    reason: str
    state: PairState
    photos: tuple[str, str]  # digests of what was compared, of the left and of the right one
    found_at: datetime


@dataclass(frozen=True, slots=True)
class Queue:
    """A part of the queue, and how much there is of each kind."""

    pairs: tuple[Pair, ...]
    counts: dict[Kind, int]
    products: dict[str, WholeProduct]  # those of the pairs, by SKU

    @property
    def total(self) -> int:
        """How many pairs there are."""
        return sum(self.counts.values())


def open_queue(wanted: PairFilter, most: int, skip: int = 0, *, services: Services) -> Queue:
    """Return the pairs that wait for a person, the surest first."""
    with services.database.reading() as session:
        found = [as_pair(row) for row in pairs.open_pairs(session, wanted, most, skip)]
        return Queue(tuple(found), pairs.count_open(session, wanted), _products(session, found))


def count_every(*, services: Services) -> dict[Kind, int]:
    """Count all pairs that wait for a person, by kind."""
    with services.database.reading() as session:
        return pairs.count_open(session, PairFilter())


def as_pair(row: DuplicatePair) -> Pair:
    """Return a row as the queue shows it."""
    turned = row.second_id < row.first_id
    left, right = (row.second_sku, row.first_sku) if turned else (row.first_sku, row.second_sku)
    photos = row.first_photo, row.second_photo
    return Pair(
        number=row.id,
        left=left,
        right=right,
        kind=Kind(row.kind),
        score=row.score,
        reason=row.reason,
        state=PairState(row.state),
        photos=(photos[1], photos[0]) if turned else photos,
        found_at=row.found_at,
    )


def _products(session: Session, found: Sequence[Pair]) -> dict[str, WholeProduct]:
    return products_by_sku(session, {sku for each in found for sku in (each.left, each.right)})
