"""How many products have each value of a fact, for whoever builds a filter."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from catalog.damaged_cells import as_text
from catalog.facts import OFFERED
from catalog.models import Product


@dataclass(frozen=True, slots=True)
class ValueCount:
    """A value, as its first product spells it, and how many products have it."""

    value: str
    folded: str  # what all of its spellings share
    products: int


@dataclass(frozen=True, slots=True)
class FactCount:
    """The most common values of a fact, and how many different ones there are in all."""

    values: tuple[ValueCount, ...] = ()
    distinct: int = 0


def count_facts(session: Session, most: int) -> dict[str, FactCount]:
    """Count the products of the `most` common values of each fact that is a filter, by its name."""
    return {fact.name: _count(session, fact.name, str(fact.folded), most) for fact in OFFERED}


def only_currency(session: Session) -> str | None:
    """Return the currency of all prices that say one; None where there is none, or several."""
    said = Product.__table__.c.currency
    found = session.scalars(select(said).where(said.is_not(None)).distinct().limit(2)).all()
    return found[0] if len(found) == 1 else None


def _count(session: Session, name: str, folded: str, most: int) -> FactCount:
    columns = Product.__table__.c
    # The index of folded values tells all of this; only the spellings are looked up.
    common = (
        select(
            columns[folded].label("folded"),
            func.count().label("products"),
            func.min(columns.id).label("first"),
            func.count().over().label("distinct"),
        )
        .where(columns[folded].is_not(None))
        .group_by(columns[folded])
        .order_by(func.count().desc(), columns[folded])
        .limit(most)
        .subquery()
    )
    query = (
        select(columns[name], common.c.folded, common.c.products, common.c.distinct)
        .join(common, columns.id == common.c.first)
        .order_by(common.c.products.desc(), common.c.folded)
    )
    rows = session.execute(query).all()
    values = tuple(
        ValueCount(value, as_text(key) or "", products)
        for value, key, products, _ in rows
        if value is not None  # of a damaged row it may be
    )
    return FactCount(values, rows[0].distinct if rows else 0)
