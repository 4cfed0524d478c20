"""What the staff narrow the list of all products to, beyond what shoppers can ask for."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, exists, func, or_, select

from catalog.brought import skus_brought
from catalog.dialect.lists import holds_text
from catalog.facts import FILTERS, FOLDED, SEARCHED
from catalog.filter_sql import conditions
from catalog.filters import Filters
from catalog.labelling import Speaker
from catalog.models import Photo, Product
from catalog.words import fold

DOUBTFUL = 0.6
"""A model that is less sure of a category than this is wrong often enough to look at it.

It is lower than what the review asks of, `LOOKALIKE_REVIEW_BELOW`: there
the most useful come first and one may stop at any time, here all stand in one list.
"""


class WhoseWord(StrEnum):
    """Whose word a product's category is."""

    PERSON = "person"
    FILE = "file"  # only a supplier's file has said it
    MODEL = "model"
    DOUBTFUL = "doubtful"  # the model's, and it is not sure
    NOBODY = "nobody"  # there is no category


class Lacks(StrEnum):
    """What a product has not."""

    PICTURE = "picture"
    STYLE = "style"
    PRICE = "price"


@dataclass(frozen=True, slots=True)
class NamedBy:
    """What a folded word names that is no text of a product."""

    word: str
    categories: tuple[str, ...] = ()
    colours: tuple[str, ...] = ()  # that a model sees


@dataclass(frozen=True, slots=True)
class StockFilters:
    """Conditions that all must hold; None and False ask nothing."""

    shown: Filters = field(default_factory=Filters)  # those that shoppers have, too
    words: str = ""  # each must be in a text of the product, be its size, or name it otherwise
    named: tuple[NamedBy, ...] = ()  # what the words name otherwise
    decided: WhoseWord | None = None
    lacks: Lacks | None = None
    on_sale: bool = False  # it costs less than it did
    sold_out: bool = False
    changed_since: datetime | None = None
    picture: str | None = None  # the digest of a picture that it shows
    brought_by: int | None = None  # the number of the job that added it or changed it


def stock_conditions(filters: StockFilters) -> list[ColumnElement[bool]]:
    """Return the SQL of what must hold of a product."""
    found = conditions(filters.shown)
    named = {each.word: each for each in filters.named}
    found += [_found_by(named.get(word, NamedBy(word))) for word in fold(filters.words).split()]
    if filters.decided is not None:
        found += _decided(filters.decided)
    if filters.lacks is Lacks.PICTURE:
        found.append(~exists().where(Photo.product_id == Product.id))
    elif filters.lacks is Lacks.STYLE:
        found.append(Product.__table__.c.style.is_(None))
    elif filters.lacks is Lacks.PRICE:
        found.append(Product.price_cents.is_(None))
    if filters.on_sale:
        found.append(Product.__table__.c.sale_price_cents < Product.price_cents)
    if filters.sold_out:
        found.append(Product.stock == 0)
    if filters.changed_since is not None:
        found.append(Product.updated_at >= filters.changed_since)
    if filters.picture is not None:
        showing = select(Photo.product_id).where(Photo.digest == filters.picture)
        found.append(Product.id.in_(showing))
    if filters.brought_by is not None:
        found.append(Product.sku.in_(skus_brought(filters.brought_by)))
    return found


def _found_by(named: NamedBy) -> ColumnElement[bool]:
    """Return whether a word finds a product.

    Part of a word is enough in texts; of what is short (sizes, say) it would find everything.
    """
    columns, word = Product.__table__.c, named.word
    ways = [holds_text(columns[FOLDED[each.name]], word) for each in SEARCHED]
    ways.append(holds_text(Product.folded_sku, word))
    ways += [columns[FOLDED[each.name]] == word for each in FILTERS if not each.searched]
    if named.categories:
        ways.append(Product.category.in_(named.categories))
    if named.colours:
        ways.append(Product.colour.in_(named.colours))
    return or_(*ways)


def _decided(by: WhoseWord) -> list[ColumnElement[bool]]:
    if by in (WhoseWord.PERSON, WhoseWord.FILE):
        # As `is_files` has it: of whom nobody knows whose it is, it counts as a person's.
        files = func.coalesce(Product.labelled_by, "") == Speaker.FILE.value
        return [Product.human_category.is_not(None), files if by is WhoseWord.FILE else ~files]
    if by is WhoseWord.NOBODY:
        return [Product.category.is_(None)]
    models: list[ColumnElement[bool]] = [
        Product.human_category.is_(None),
        Product.model_category.is_not(None),
    ]
    if by is WhoseWord.DOUBTFUL:
        # Most products may be so: their index would cost more than to look at all of them.
        models.append(func.coalesce(Product.model_confidence, 1) < DOUBTFUL)
    return models
