"""Which products of the queue are one question: one look at a picture answers for all of them.

They show the very same picture first, or are of one style, and are called the same by now: nothing,
or the same by a file. Whose file has named them otherwise is asked by itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from catalog.dialect.lists import listed
from catalog.models import Photo, Product
from catalog.review_queue import SETTLED, TOLD, ReviewItem


@dataclass(frozen=True, slots=True)
class Fellow:
    """Another product that a question is about."""

    product_id: int
    sku: str
    same_picture: bool  # or else it is of the same style


def fellows_of(session: Session, product_id: int) -> list[Fellow]:
    """Return the others that are one question with a product: those of one picture, then by id."""
    own = session.execute(
        select(ReviewItem.word, Photo.digest, Product.folded_style)
        .join(Product, Product.id == ReviewItem.product_id)
        .join(Photo, Photo.id == ReviewItem.photo_id)
        .where(ReviewItem.product_id == product_id)
    ).one_or_none()
    if own is None:
        return []
    found: dict[int, Fellow] = {}
    alike: list[tuple[bool, ColumnElement[bool]]] = [(True, Photo.digest == own.digest)]
    if own.folded_style is not None:
        alike.append((False, Product.folded_style == own.folded_style))
    for same_picture, where in alike:
        for row in session.execute(_others(product_id, own.word, where)):
            found.setdefault(row[0], Fellow(row[0], row[1], same_picture))
    return list(found.values())


def pictures_and_styles(
    session: Session, photo_ids: Sequence[int]
) -> dict[int, tuple[str, str | None]]:
    """Return the digest of each of these photos, and the folded style of its product."""
    query = select(Photo.id, Photo.digest, Product.folded_style).join(
        Product, Product.id == Photo.product_id
    )
    rows = session.execute(query.where(Photo.id.in_(listed(photo_ids))))
    return {row[0]: (row[1], row[2]) for row in rows}


def _others(product_id: int, word: str, where: ColumnElement[bool]) -> "Select[int, str]":
    return (
        select(Product.id, Product.sku)
        .join(ReviewItem, ReviewItem.product_id == Product.id)
        .join(Photo, Photo.id == ReviewItem.photo_id)
        .where(
            where,
            Product.id != product_id,
            ReviewItem.word == word,
            ReviewItem.state.not_in((SETTLED, TOLD)),  # no person has spoken
        )
        .order_by(Product.id)
    )
