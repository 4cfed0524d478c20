"""Tells one state of a product from every other, in a mark that an answer can carry."""

import hashlib
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.facts import NAMES
from catalog.labelling import mark_of as mark_of_word
from catalog.models import Photo, Product

_COLUMNS = (*NAMES, "id", "human_category", "model_category", "model_confidence", "colour")
_LETTERS = 32  # 128 bits: no two states share them


def mark_of(product: Any, digests: Sequence[str]) -> str:
    """Return the mark of a product's row and of its pictures, in their order.

    The row's id is in it, so that a product which was deleted and made again is another.
    """
    state = [getattr(product, name) for name in _COLUMNS]
    state_text = repr((state, mark_of_word(product.labelled_at), list(digests)))
    return hashlib.sha256(state_text.encode("utf-8", "backslashreplace")).hexdigest()[:_LETTERS]


def present_mark(session: Session, sku: str) -> str | None:
    """Return the mark of the product of this very SKU as this session sees it; None without one."""
    columns = [getattr(Product, name) for name in (*_COLUMNS, "labelled_at")]
    row = session.execute(select(*columns).where(Product.sku == sku)).one_or_none()
    if row is None:
        return None
    query = select(Photo.digest).where(Photo.product_id == row.id)
    digests = session.scalars(query.order_by(Photo.position, Photo.id)).all()
    return mark_of(row, digests)
