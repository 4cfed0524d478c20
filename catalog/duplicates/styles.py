"""Pairs that ask of one product and of a style: the product may be one of its variants."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from catalog.dialect.lists import listed
from catalog.duplicates.tables import DuplicatePair, PairState
from catalog.models import Product

_First, _Second = aliased(Product), aliased(Product)


class Asked(NamedTuple):
    """A pair that was asked, with the styles that its products have by now."""

    pair: DuplicatePair
    first_is_there: bool
    second_is_there: bool
    first_style: str | None  # folded
    second_style: str | None


def asked_of(session: Session, skus: Iterable[str]) -> list[Asked]:
    """Load the pairs of these products that were dismissed, or are open and of some style."""
    wanted = listed(sorted(set(skus)))
    query = (
        select(DuplicatePair, _First.id, _Second.id, _First.folded_style, _Second.folded_style)
        .outerjoin(_First, _First.sku == DuplicatePair.first_sku)
        .outerjoin(_Second, _Second.sku == DuplicatePair.second_sku)
        .where(
            or_(
                DuplicatePair.state == PairState.DISMISSED.value,
                (DuplicatePair.state == PairState.OPEN.value)
                & or_(_First.folded_style.is_not(None), _Second.folded_style.is_not(None)),
            ),
            or_(DuplicatePair.first_sku.in_(wanted), DuplicatePair.second_sku.in_(wanted)),
        )
    )
    return [
        Asked(pair, first is not None, second is not None, one, other)
        for pair, first, second, one, other in session.execute(query)
    ]


def beside(session: Session, pair: DuplicatePair) -> list[DuplicatePair]:
    """Load the other open pairs that ask the same: of one of the two, and the other one's style."""
    styles = mates(session, [pair.first_id, pair.second_id])
    sides = ((pair.first_id, pair.second_id), (pair.second_id, pair.first_id))
    conditions = [
        condition
        for product, other in sides
        if styles[other]
        for one, two in (
            (DuplicatePair.first_id, DuplicatePair.second_id),
            (DuplicatePair.second_id, DuplicatePair.first_id),
        )
        for condition in [(one == product) & two.in_(listed(styles[other]))]
    ]
    if not conditions:
        return []
    query = select(DuplicatePair).where(
        DuplicatePair.state == PairState.OPEN.value, DuplicatePair.id != pair.id, or_(*conditions)
    )
    return list(session.scalars(query.order_by(DuplicatePair.id)))


def mates(session: Session, product_ids: Sequence[int]) -> dict[int, list[int]]:
    """Return the ids of the other products of their styles, by the product, the first first."""
    one, other = aliased(Product), aliased(Product)
    query = (
        select(one.id, other.id)
        .join(other, (other.folded_style == one.folded_style) & (other.id != one.id))
        .where(one.id.in_(listed(product_ids)))
        .order_by(other.id)
    )
    found: dict[int, list[int]] = {id_: [] for id_ in product_ids}
    for product, mate in session.execute(query):
        found[product].append(mate)
    return found
