"""Products as lists show them: plain columns, as whole objects would take ten times as long."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from catalog.damaged_cells import as_text, as_whole
from catalog.dialect.lists import as_list, id_list, in_list
from catalog.facts import FACTS, NAMES, Fact, FactValue, HasFacts


@dataclass(frozen=True, slots=True)
class ProductCard(HasFacts):
    """What a list shows of a product."""

    id: int
    sku: str
    category: str | None
    colour: str | None  # of its first photo
    said: tuple[FactValue, ...]  # in the order of catalog.facts
    digest: str | None  # of its first photo; of the one that was found, in a search

    @classmethod
    def of(cls, row: Sequence[Any]) -> "ProductCard":
        """Make a card of a row of `COLUMNS` and a digest; of a damaged one, what is whole of it."""
        types = tuple(map(type, row))
        id_, sku, category, colour, *said, digest = row
        if types in _SOUND:
            return cls(id_, sku, category, colour, tuple(said), digest)
        facts = tuple(_mended(fact, value) for fact, value in zip(FACTS, said, strict=True))
        mended = cls(
            id_, as_text(sku) or "?", as_text(category), as_text(colour), facts, as_text(digest)
        )
        if (id_, mended.sku, mended.category, mended.colour, *facts, mended.digest) == tuple(row):
            _SOUND.add(types)
        return mended


_SOUND: set[tuple[type, ...]] = set()
"""The types of whole rows, as they have come: to compare them is all that most rows cost."""


def _mended(fact: Fact, value: FactValue) -> FactValue:
    mended = as_whole(value) if fact.is_number else as_text(value)
    if mended is None and not fact.may_lack:
        return "?" if fact.needed else fact.start
    return mended


_FIRST_PHOTO = """(SELECT digest FROM photo WHERE photo.product_id = product.id
    ORDER BY photo.position, photo.id LIMIT 1)"""
COLUMNS = ", ".join(f"product.{name}" for name in ("id", "sku", "category", "colour", *NAMES))
_BY_PRODUCT = text(
    f"""SELECT {COLUMNS}, {_FIRST_PHOTO} FROM product
    WHERE id {in_list(":ids")}"""
)

# However large a category is, only its newest products are looked through.
_CLEAREST = text(f"""SELECT {COLUMNS}, {_FIRST_PHOTO} FROM product WHERE id IN (
        SELECT id FROM product WHERE category {in_list(":categories")}
        ORDER BY id DESC LIMIT :among)
    AND EXISTS (SELECT 1 FROM photo WHERE photo.product_id = product.id)
    ORDER BY human_category IS NULL, model_confidence DESC, id DESC LIMIT 1""")


def by_id(session: Session, product_ids: Sequence[int]) -> list[ProductCard]:
    """Load these products, in their order; unknown ids are left out."""
    rows = session.execute(_BY_PRODUCT, {"ids": id_list(product_ids)})
    found = {row[0]: ProductCard.of(row) for row in rows}
    return [found[id_] for id_ in product_ids if id_ in found]


def clearest(session: Session, categories: Sequence[str], among: int = 100) -> ProductCard | None:
    """Return that product of some categories of which it is most certain that it belongs there.

    It is one of the newest and has a photo; None where there is none such.
    """
    asked = {"categories": as_list(categories), "among": among}
    row = session.execute(_CLEAREST, asked).one_or_none()
    return None if row is None else ProductCard.of(row)
