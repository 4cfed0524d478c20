"""Which products of the queue are one question: one look at a picture answers for all of them.

They show the very same picture first, or are of one style, and are called the same by now: nothing,
or the same by a file. Whose file has named them otherwise is asked by itself.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from catalog.dialect.lists import listed
from catalog.models import Photo, Product
from catalog.review_queue import SETTLED, TOLD, ReviewItem

MOST = 200
"""Products that one answer is for: a transaction keeps every other writer waiting."""
CROWD = 100
"""Products that show one picture first, from which on it rather stands for a missing one."""
MOST_SKIPPED = 10_000
"""Products that one skip of such a picture puts behind the others: as many rows are changed."""
# By the product as well, which has an index: no other leads from a photo to its row.
_IS_FIRST = and_(ReviewItem.product_id == Photo.product_id, ReviewItem.photo_id == Photo.id)
_UNSAID = ReviewItem.state.not_in((SETTLED, TOLD))  # no person has spoken


@dataclass(frozen=True, slots=True)
class Fellow:
    """Another product that a question is about."""

    product_id: int
    sku: str
    same_picture: bool  # or else it is of the same style


@dataclass(frozen=True, slots=True)
class Alike:
    """What products that are one question share: what they are called, and one of the others."""

    word: str
    digest: str  # of the first picture
    folded_style: str | None


def fellows_of(
    session: Session, product_id: int, most: int, among: Collection[str] | None = None
) -> list[Fellow]:
    """Return others that are one question with a product, at most so many of these SKUs.

    Those of one picture come first.
    """
    own = alike_of(session, select(ReviewItem.product_id).where(_is(product_id)))
    found: dict[int, Fellow] = {}
    for each in own:
        queries = [(True, _others(product_id, each.word, Photo.digest == each.digest, Photo.id))]
        if each.folded_style is not None:
            of_style = Product.folded_style == each.folded_style
            queries.append((False, _others(product_id, each.word, of_style, Product.id)))
        for same_picture, query in queries:
            if among is not None:
                query = query.where(Product.sku.in_(listed(among)))
            # Of one picture and style, some may be found twice.
            for row in session.execute(query.limit(most)):
                found.setdefault(row[0], Fellow(row[0], row[1], same_picture))
    return list(found.values())[:most]


def alike_of(session: Session, ids: Select[Any]) -> list[Alike]:
    """Return what these products share with those that are one question with them."""
    query = (
        select(ReviewItem.word, Photo.digest, Product.folded_style)
        .join(Product, Product.id == ReviewItem.product_id)
        .join(Photo, Photo.id == ReviewItem.photo_id)
        .where(ReviewItem.product_id.in_(ids), _UNSAID)
        .distinct()
    )
    return [Alike(*row) for row in session.execute(query)]


def are_alike(some: Sequence[Alike]) -> list[ColumnElement[bool]]:
    """Return conditions of which one holds of whatever is one question with any of these."""
    found: list[ColumnElement[bool]] = []
    for word in dict.fromkeys(each.word for each in some):
        digests = {each.digest for each in some if each.word == word}
        styles = {each.folded_style for each in some if each.word == word} - {None}
        photos = select(Photo.id).where(Photo.digest.in_(listed(sorted(digests))))
        ways: list[ColumnElement[bool]] = [ReviewItem.photo_id.in_(photos)]
        if styles:
            folded = listed(sorted(each for each in styles if each is not None))
            products = select(Product.id).where(Product.folded_style.in_(folded))
            ways.append(ReviewItem.product_id.in_(products))
        found.append(and_(ReviewItem.word == word, or_(*ways)))
    return found


def crowd_of(session: Session, digest: str, most: int) -> list[int]:
    """Return at most so many products of the queue that show a picture first, whatever else."""
    query = (
        select(ReviewItem.product_id)
        .join(Photo, _IS_FIRST)
        .where(Photo.digest == digest, _UNSAID)
        .order_by(Photo.id)
    )
    return list(session.scalars(query.limit(most)))


def count_showing(session: Session, digest: str, most: int) -> int:
    """Count the products that show a picture first, whoever has spoken of them, up to so many."""
    query = select(Photo.id).join(ReviewItem, _IS_FIRST)
    query = query.where(Photo.digest == digest).limit(most)
    return session.scalar(select(func.count()).select_from(query.subquery())) or 0


def pictures_and_styles(
    session: Session, photo_ids: Sequence[int]
) -> dict[int, tuple[str, str | None]]:
    """Return the digest of each of these photos, and the folded style of its product."""
    query = select(Photo.id, Photo.digest, Product.folded_style).join(
        Product, Product.id == Photo.product_id
    )
    rows = session.execute(query.where(Photo.id.in_(listed(photo_ids))))
    return {row[0]: (row[1], row[2]) for row in rows}


def _is(product_id: int) -> ColumnElement[bool]:
    return ReviewItem.product_id == product_id


def _others(product_id: int, word: str, where: ColumnElement[bool], by: Any) -> "Select[int, str]":
    """Ask for others in the order of the index that finds them: so many of them end the search."""
    return (
        select(Product.id, Product.sku)
        .join(ReviewItem, ReviewItem.product_id == Product.id)
        .join(Photo, Photo.id == ReviewItem.photo_id)
        .where(where, Product.id != product_id, ReviewItem.word == word, _UNSAID)
        .order_by(by)
    )
