"""Turns filters into SQL, and into the products that satisfy them."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from catalog.dialect.lists import gathered, holds_text, listed, numbers_of
from catalog.dialect.tables import is_whole
from catalog.facts import FOLDED
from catalog.filters import Filters
from catalog.models import Photo, Product
from catalog.words import fold

Ids = npt.NDArray[np.int64]

_BETWEEN = "-_./"  # the parts of a SKU, as most shops have it: style, colour, size


def conditions(filters: Filters) -> list[ColumnElement[bool]]:
    """Return the SQL of what must hold of a product."""
    found: list[ColumnElement[bool]] = []
    if filters.category is not None:
        found.append(Product.category.in_((filters.category, *filters.below)))
    if filters.colours:
        found.append(Product.colour.in_(filters.colours))
    for name, values in filters.facts:
        found.append(Product.__table__.c[FOLDED[name]].in_(values))
    if filters.min_price_cents is not None:
        found.append(Product.costs_cents >= filters.min_price_cents)
    if filters.max_price_cents is not None:
        found.append(Product.costs_cents <= filters.max_price_cents)
    if filters.in_stock:
        found.append(Product.stock > 0)
    found += [_says(word) for word in fold(filters.text or "").split()]
    return found


def _says(word: str) -> ColumnElement[bool]:
    sku = Product.folded_sku
    parts = [word + mark for mark in _BETWEEN]
    begins = func.substr(sku, 1, len(word) + 1).in_(parts)
    return or_(holds_text(Product.folded_title, word), sku == word, begins)


def fitting_products(session: Session, filters: Filters, among: Sequence[int] | None = None) -> Ids:
    """Return the ids, ascending, of the products that satisfy the filters; of `among`, if given."""
    # One text of all ids: rows of their own would take ten times as long to fetch.
    query = select(gathered(Product.id)).where(*conditions(filters))
    if among is not None:
        query = query.where(Product.id.in_(listed(among)))
    return ids_of(session.scalar(query))


def photos_and_products(session: Session) -> tuple[Ids, Ids]:
    """Return the id of every photo, ascending, and the id of the product of each."""
    query = select(gathered(Photo.id), gathered(Photo.product_id)).where(
        is_whole(Photo.product_id)  # of a damaged row it may be anything
    )
    photos, products = map(numbers_of, session.execute(query).one())
    order = np.argsort(photos, kind="stable")
    return photos[order], products[order]


def ids_of(text: str | None) -> Ids:
    """Read ids that were gathered, in ascending order."""
    ids = numbers_of(text)
    ids.sort()
    return ids
