"""Turns filters into SQL, and into the photos that a search may find."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from catalog.filters import Filters
from catalog.models import Photo, Product, Reading

Ids = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Scope:
    """What a search with some filters may find."""

    allowed: Ids | None  # photo ids, ascending; None: all that are searchable
    photos: int
    products: int  # the true total


def conditions(filters: Filters) -> list[ColumnElement[bool]]:
    """Say in SQL what must hold of a product."""
    found: list[ColumnElement[bool]] = []
    if filters.category is not None:
        found.append(Product.category.in_((filters.category, *filters.below)))
    if filters.colours:
        found.append(Product.colour.in_(filters.colours))
    if filters.min_price_cents is not None:
        found.append(Product.price_cents >= filters.min_price_cents)
    if filters.max_price_cents is not None:
        found.append(Product.price_cents <= filters.max_price_cents)
    if filters.in_stock:
        found.append(Product.stock > 0)
    words = (filters.text or "").split()
    found += [or_(Product.title.contains(w, autoescape=True), Product.sku == w) for w in words]
    return found


def scope(session: Session, fingerprint: str, filters: Filters) -> Scope:
    """Find the photos that a search may find: read by this model, of products that fit."""
    query = (
        select(func.count(), func.count(Photo.product_id.distinct()))
        .select_from(Reading)
        .join(Photo, Photo.id == Reading.photo_id)
        .where(Reading.fingerprint == fingerprint)
    )
    if not filters.narrow:
        photos, products = session.execute(query).one()
        return Scope(None, photos, products)
    # One text of all ids: rows of their own would take ten times as long to fetch.
    fitting = query.join(Product, Product.id == Photo.product_id).where(*conditions(filters))
    row = session.execute(fitting.add_columns(func.group_concat(Photo.id))).one()
    photos, products, ids = row[0], row[1], row[2]
    allowed = np.fromstring(ids or "", dtype=np.int64, sep=",")
    allowed.sort()
    return Scope(allowed, photos, products)


def allowed_photo_ids(session: Session, fingerprint: str, filters: Filters) -> Ids | None:
    """Give the ids of the photos that a search may find; None where nothing is filtered out."""
    return scope(session, fingerprint, filters).allowed
