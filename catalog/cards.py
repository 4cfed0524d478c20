"""Products as lists show them: plain columns, as whole objects would take ten times as long."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import bindparam, func, select, text
from sqlalchemy.orm import Session

from catalog.filtering import conditions
from catalog.filters import Filters
from catalog.models import Product


class ProductCard(NamedTuple):
    """What a list shows of a product."""

    id: int
    sku: str
    title: str
    category: str | None
    url: str | None
    price_cents: int | None
    currency: str | None
    stock: int
    digest: str | None  # of its first photo


_FIRST_PHOTO = """(SELECT digest FROM photo WHERE photo.product_id = product.id
    ORDER BY photo.position, photo.id LIMIT 1)"""
_COLUMNS = f"""product.id, product.sku, product.title, product.category, product.url,
    product.price_cents, product.currency, product.stock, {_FIRST_PHOTO}"""
_BY_PHOTO = text(
    f"""SELECT photo.id, photo.digest, {_COLUMNS}
    FROM photo JOIN product ON product.id = photo.product_id
    WHERE photo.id IN (SELECT value FROM json_each(:ids))"""
)
_BY_PRODUCT = text(
    f"SELECT {_COLUMNS} FROM product WHERE id IN (SELECT value FROM json_each(:ids))"
)
_OWNERS = text("SELECT id, product_id FROM photo WHERE id IN (SELECT value FROM json_each(:ids))")


class Shown(NamedTuple):
    """A photo that was found, with its product."""

    digest: str
    card: ProductCard


def by_photo(session: Session, photo_ids: Sequence[int]) -> dict[int, Shown]:
    """Load the products of these photos; unknown ids are left out."""
    rows = session.execute(_BY_PHOTO, {"ids": _json(photo_ids)})
    return {row[0]: Shown(row[1], ProductCard._make(row[2:])) for row in rows}


def owners(session: Session, photo_ids: Sequence[int]) -> dict[int, int]:
    """Say which product each photo is of; unknown ids are left out."""
    rows = session.execute(_OWNERS, {"ids": _json(photo_ids)})
    return {row[0]: row[1] for row in rows}


def page(
    session: Session, filters: Filters, first: int, most: int
) -> tuple[list[ProductCard], int]:
    """Give the products that satisfy the filters from the `first` on, and how many there are.

    The newest come first.
    """
    wanted = conditions(filters)
    total = session.scalar(select(func.count(Product.id)).where(*wanted)) or 0
    if first >= total:
        return [], total
    query = select(Product.id).where(*wanted).order_by(Product.id.desc())
    ids = session.scalars(query.offset(bindparam(None, first)).limit(bindparam(None, most))).all()
    rows = session.execute(_BY_PRODUCT, {"ids": _json(ids)})
    found = {row[0]: ProductCard._make(row) for row in rows}
    return [found[id_] for id_ in ids], total


def _json(ids: Sequence[int]) -> str:
    return "[" + ",".join(map(str, ids)) + "]"
