"""Where merged products went: their SKUs lead to those that stayed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from catalog.dialect.lists import listed
from catalog.duplicates.tables import MovedSku
from catalog.filters import is_text
from catalog.models import Product

_FURTHEST = 20  # merges of merges; a circle ends there, too


@dataclass(frozen=True, slots=True)
class Move:
    """What became of an SKU."""

    sku: str
    stayed: str
    at: datetime
    by: str

    @property
    def told(self) -> str:
        """Why nothing comes in under it."""
        return (
            f"the product '{self.sku}' was merged into '{self.stayed}' by {self.by} on "
            f"{self.at:%Y-%m-%d}, so it stays out; undo the merge, or let the SKU be used again "
            f"with: lookalike duplicates free"
        )


def moves_of(session: Session, skus: Iterable[str]) -> dict[str, Move]:
    """Return what became of those of these SKUs that were merged."""
    query = select(MovedSku).where(MovedSku.sku.in_(listed([s for s in skus if is_text(s)])))
    return {
        row.sku: Move(row.sku, row.stayed, row.moved_at, row.moved_by)
        for row in session.scalars(query)
    }


def stays_as(session: Session, sku: str) -> str | None:
    """Return the SKU of the product that a merged one is now; None where there is none."""
    for _ in range(_FURTHEST):
        found = moves_of(session, [sku])
        if not found:
            return None
        sku = found[sku].stayed
        if session.scalar(select(Product.id).where(Product.sku == sku)) is not None:
            return sku
    return None


def move(session: Session, sku: str, stayed: str, by: str) -> None:
    """Note that a product was merged into another."""
    session.execute(delete(MovedSku).where(MovedSku.sku.in_([sku, stayed])))
    session.add(MovedSku(sku=sku, stayed=stayed, moved_by=by[:64]))
    session.flush()


def free(session: Session, sku: str) -> bool:
    """Let an SKU be used again; say whether it was merged."""
    result = session.execute(delete(MovedSku).where(MovedSku.sku == sku).returning(MovedSku.sku))
    return result.first() is not None
