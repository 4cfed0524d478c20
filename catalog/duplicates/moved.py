"""Where merged products went: their SKUs lead to those that stayed."""

import shlex
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import CTE, Select, delete, select
from sqlalchemy.orm import Session, aliased

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
            f"with: lookalike duplicates free {shlex.quote(self.sku)}"
        )


def moves_of(session: Session, skus: Iterable[str], key: Callable[[str], str]) -> dict[str, Move]:
    """Return what became of those of these SKUs that were merged, however they are spelled.

    One that is spelled so goes first; else the first whose SKU has the same `key`.
    """
    asked = {sku for sku in skus if is_text(sku)}
    if not asked:
        return {}
    spelled = {sku: sku for sku in session.scalars(_are(asked).with_only_columns(MovedSku.sku))}
    others = asked - spelled.keys()
    if others:
        # Few products were ever merged, beside those that are written: they are all looked at.
        alike: dict[str, str] = {}
        for sku in session.scalars(select(MovedSku.sku).order_by(MovedSku.sku)):
            alike.setdefault(key(sku), sku)
        spelled |= {sku: alike[key(sku)] for sku in others if key(sku) in alike}
    rows = {row.sku: row for row in session.scalars(_are(spelled.values()))}
    return {
        sku: Move(moved, rows[moved].stayed, rows[moved].moved_at, rows[moved].moved_by)
        for sku, moved in spelled.items()
    }


def stays_as(session: Session, sku: str, key: Callable[[str], str]) -> str | None:
    """Return the SKU of the product that a merged one is now; None where there is none."""
    for _ in range(_FURTHEST):
        found = moves_of(session, [sku], key)
        if not found:
            return None
        sku = found[sku].stayed
        if session.scalar(select(Product.id).where(Product.sku == sku)) is not None:
            return sku
    return None


def merged_into() -> CTE:
    """Give a table of every merged `sku` and each that it became, `stayed`, on its way."""
    way = select(MovedSku.sku, MovedSku.stayed).cte("merged_into", recursive=True)
    further = aliased(MovedSku)
    # No row comes twice, so a circle ends.
    return way.union(select(way.c.sku, further.stayed).join(further, further.sku == way.c.stayed))


def move_all(session: Session, stayed: Mapping[str, str], by: str) -> None:
    """Note into which others products were merged: by the SKU that left the one that stayed."""
    both = listed(sorted({*stayed, *stayed.values()}))
    session.execute(delete(MovedSku).where(MovedSku.sku.in_(both)))
    session.add_all(
        MovedSku(sku=sku, stayed=other, moved_by=by[:64]) for sku, other in stayed.items()
    )
    session.flush()


def free(session: Session, sku: str, key: Callable[[str], str]) -> str | None:
    """Let an SKU be used again, however it is spelled; return the merged one's own spelling."""
    found = moves_of(session, [sku], key).get(sku)
    if found is None:
        return None
    session.execute(delete(MovedSku).where(MovedSku.sku == found.sku))
    return found.sku


def _are(skus: Iterable[str]) -> Select[MovedSku]:
    return select(MovedSku).where(MovedSku.sku.in_(listed(sorted(skus))))
