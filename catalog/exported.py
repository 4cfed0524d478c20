"""Whole products as plain values: for an export, and for an import that changes a part of them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from catalog.dialect.lists import listed
from catalog.facts import NAMES, FactValue, HasFacts
from catalog.filters import is_text
from catalog.models import Photo, Product

_EVERY: "Select[*tuple[Any, ...]]" = select(
    Product.id,
    Product.sku,
    *(Product.__table__.c[name] for name in NAMES),
    Product.human_category,
    Product.labelled_at,
    Product.labelled_by,
    Product.model_category,
    Product.model_confidence,
    Product.colour,
    Product.colour_confidence,
)


@dataclass(frozen=True, slots=True)
class WholeProduct(HasFacts):
    """All that the catalogue holds of a product, but for its readings."""

    id: int
    sku: str
    said: tuple[FactValue, ...]  # in the order of catalog.facts
    human_category: str | None
    labelled_at: datetime | None  # when a person decided, also to leave it to the model
    labelled_by: str | None  # a `catalog.labelling.Speaker`; None where it was not written down
    model_category: str | None
    model_confidence: float | None  # 0..1, calibrated
    colour: str | None  # of its first photo, by the model
    colour_confidence: float | None  # 0..1, calibrated
    digests: tuple[str, ...]  # of its pictures, in their order
    source_digests: tuple[str, ...]  # of the files that they came from, likewise


def stream_products(session: Session, chunk: int = 1_000) -> Iterator[WholeProduct]:
    """Load every product, in the order in which they came, some at a time."""
    after = 0
    while True:
        query = _EVERY.where(Product.id > after).order_by(Product.id).limit(chunk)
        found = _load(session, query)
        yield from found
        if len(found) < chunk:
            return
        after = found[-1].id


def products_by_sku(session: Session, skus: Iterable[str]) -> dict[str, WholeProduct]:
    """Load those of these products that there are."""
    asked = listed([sku for sku in skus if is_text(sku)])
    found = _load(session, _EVERY.where(Product.sku.in_(asked)))
    return {product.sku: product for product in found}


def _load(session: Session, query: "Select[*tuple[Any, ...]]") -> Sequence[WholeProduct]:
    rows: Sequence[Any] = session.execute(query).all()
    photos: dict[int, list[tuple[str, str]]] = {row.id: [] for row in rows}
    pictures = (
        select(Photo.product_id, Photo.digest, Photo.source_digest)
        .where(Photo.product_id.in_(listed(list(photos))))
        .order_by(Photo.product_id, Photo.position, Photo.id)
    )
    for product_id, digest, source_digest in session.execute(pictures):
        photos[product_id].append((digest, source_digest))
    return [
        WholeProduct(
            id=row.id,
            sku=row.sku,
            said=tuple(getattr(row, name) for name in NAMES),
            human_category=row.human_category,
            labelled_at=row.labelled_at,
            labelled_by=row.labelled_by,
            model_category=row.model_category,
            model_confidence=row.model_confidence,
            colour=row.colour,
            colour_confidence=row.colour_confidence,
            digests=tuple(digest for digest, _ in photos[row.id]),
            source_digests=tuple(source for _, source in photos[row.id]),
        )
        for row in rows
    ]
