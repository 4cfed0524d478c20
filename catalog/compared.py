"""What two models read in the same photos, side by side."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from catalog.models import Photo, Product, Reading


class ComparedPhoto(NamedTuple):
    """One photo that both models have read."""

    id: int
    product_id: int
    sku: str
    digest: str
    human_category: str | None  # of its product
    before: str  # the category by the one model
    after: str  # and by the other


def photos_of_both(session: Session, before: str, after: str) -> Sequence[ComparedPhoto]:
    """Load every photo that the models of both fingerprints have read.

    Products come in the order in which they were added, the photos of each in theirs.
    """
    one, other = aliased(Reading), aliased(Reading)
    query = (
        select(
            Photo.id,
            Photo.product_id,
            Product.sku,
            Photo.digest,
            Product.human_category,
            one.label,
            other.label,
        )
        .join(Product, Product.id == Photo.product_id)
        .join(one, (one.photo_id == Photo.id) & (one.fingerprint == before))
        .join(other, (other.photo_id == Photo.id) & (other.fingerprint == after))
        .order_by(Photo.product_id, Photo.position, Photo.id)
    )
    return [ComparedPhoto(*row) for row in session.execute(query)]
