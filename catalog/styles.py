"""Styles: which products are variants of each other; names are those of the folded column."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.dialect.lists import gathered, listed
from catalog.filter_sql import Ids, ids_of
from catalog.models import Photo, Product


def every_style(session: Session) -> Sequence[tuple[str, Ids]]:
    """Return each style with the ids `(n,)`, ascending, of its products."""
    query = (
        select(Product.folded_style, gathered(Product.id))
        .where(Product.folded_style.is_not(None))
        .group_by(Product.folded_style)
    )
    return [(str(name), ids_of(ids)) for name, ids in session.execute(query)]


def styles_of(session: Session, product_ids: Sequence[int]) -> dict[int, str]:
    """Return the style of those of these products that have one."""
    asked = Product.id.in_(listed(product_ids))
    query = select(Product.id, Product.folded_style).where(asked, Product.folded_style.is_not(None))
    return {row[0]: str(row[1]) for row in session.execute(query)}


def photos_of_style(session: Session, name: str) -> Ids:
    """Return the ids `(n,)`, ascending, of all photos of a style's products."""
    query = select(gathered(Photo.id)).join(Product, Product.id == Photo.product_id)
    return ids_of(session.scalar(query.where(Product.folded_style == name)))
