"""Pairs of products that may be one: found, listed, counted, decided."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, delete, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from catalog.brought import skus_brought
from catalog.dialect.lists import listed
from catalog.duplicates.tables import DuplicatePair, Kind, PairState
from catalog.models import Photo, Product, now

_TICK = timedelta(microseconds=1)  # what a row can tell apart
_First, _Second = aliased(Product), aliased(Product)


@dataclass(frozen=True, slots=True)
class PairFilter:
    """Which open pairs are asked for."""

    kind: Kind | None = None
    sku: str | None = None  # of one of the two
    at_least: float = 0.0  # the score
    brought_by: int | None = None  # the number of the job that added or changed one of the two


def between(
    session: Session, skus: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], DuplicatePair]:
    """Load the pairs that there are of these two SKUs each, in the order of texts."""
    wanted = set(skus)
    firsts = listed(sorted({first for first, _ in wanted}))
    found = session.scalars(select(DuplicatePair).where(DuplicatePair.first_sku.in_(firsts)))
    return {
        (row.first_sku, row.second_sku): row
        for row in found
        if (row.first_sku, row.second_sku) in wanted
    }


def latest_found(session: Session) -> datetime | None:
    """Return the latest instant at which any pair was found; None of no pairs."""
    return session.scalar(select(func.max(DuplicatePair.found_at)))


def finding_now(session: Session) -> datetime:
    """Return an instant for a pair that is found in this transaction, which writes.

    It is later than that of every pair before, also where the clock was ahead then.
    """
    latest = latest_found(session)
    return now() if latest is None else max(now(), latest + _TICK)


def copies(session: Session, product_ids: Sequence[int]) -> dict[int, set[int]]:
    """Return with which products each of these is in an open pair for showing one picture."""
    ids = listed(product_ids)
    query = select(DuplicatePair.first_id, DuplicatePair.second_id).where(
        DuplicatePair.state == PairState.OPEN.value,
        DuplicatePair.kind == Kind.SAME_PICTURE.value,
        DuplicatePair.first_id.in_(ids) | DuplicatePair.second_id.in_(ids),
        *_shown_still(),
    )
    found: dict[int, set[int]] = {id_: set() for id_ in product_ids}
    for first, second in session.execute(query):
        found.setdefault(first, set()).add(second)
        found.setdefault(second, set()).add(first)
    return found


def open_pairs(
    session: Session, wanted: PairFilter, most: int, skip: int = 0
) -> Sequence[DuplicatePair]:
    """Load open pairs, the surest first.

    Their products are there, of no common style, and show what was compared.
    """
    query = _open(select(DuplicatePair), wanted)
    by = (DuplicatePair.kind, DuplicatePair.score.desc(), DuplicatePair.id)
    return session.scalars(query.order_by(*by).limit(most).offset(skip)).all()


def count_open(session: Session, wanted: PairFilter) -> dict[Kind, int]:
    """Count those pairs by kind."""
    query = _open(select(DuplicatePair.kind, func.count()), wanted).group_by(DuplicatePair.kind)
    counted = {str(kind): int(pairs) for kind, pairs in session.execute(query)}
    return {kind: counted.get(kind.value, 0) for kind in Kind}


def open_among(session: Session, numbers: Iterable[int]) -> dict[int, DuplicatePair]:
    """Load those of these pairs that wait for a decision still, as `open_pairs` has it."""
    query = _open(select(DuplicatePair), PairFilter())
    query = query.where(DuplicatePair.id.in_(listed(list(numbers))))
    found = session.scalars(query.execution_options(populate_existing=True))
    return {pair.id: pair for pair in found}


def is_open(session: Session, pair: DuplicatePair) -> bool:
    """Return whether a pair waits for a decision still."""
    return pair.id in open_among(session, [pair.id])


def standing(session: Session, numbers: Sequence[int]) -> set[int]:
    """Return those of these pairs whose products show the pictures still that were compared."""
    query = select(DuplicatePair.id).where(DuplicatePair.id.in_(listed(numbers)), *_shown_still())
    return set(session.scalars(query))


def open_of_products(session: Session, product_ids: Sequence[int]) -> dict[int, list[int]]:
    """Return the numbers of the open pairs that each of these products is in, ascending."""
    ids = listed(product_ids)
    query = select(DuplicatePair.id, DuplicatePair.first_id, DuplicatePair.second_id).where(
        DuplicatePair.state == PairState.OPEN.value,
        or_(DuplicatePair.first_id.in_(ids), DuplicatePair.second_id.in_(ids)),
    )
    found: dict[int, list[int]] = {id_: [] for id_ in product_ids}
    for number, *both in session.execute(query.order_by(DuplicatePair.id)):
        for id_ in {*both} & found.keys():
            found[id_].append(number)
    return found


def forget_open(session: Session, product_ids: Sequence[int]) -> None:
    """Delete the open pairs of products that leave; what was decided is remembered."""
    ids = listed(product_ids)
    session.execute(
        delete(DuplicatePair).where(
            DuplicatePair.state == PairState.OPEN.value,
            or_(DuplicatePair.first_id.in_(ids), DuplicatePair.second_id.in_(ids)),
        )
    )


def _open(query: Select[*tuple[Any, ...]], wanted: PairFilter) -> Select[*tuple[Any, ...]]:
    """Narrow a query to open pairs whose products are there still and may be one."""
    pair = DuplicatePair
    conditions: list[ColumnElement[bool]] = [
        pair.state == PairState.OPEN.value,
        func.coalesce(_First.folded_style != _Second.folded_style, True),
        *_shown_still(),
    ]
    if wanted.kind is not None:
        conditions.append(pair.kind == wanted.kind.value)
    if wanted.sku is not None:
        conditions.append(or_(pair.first_sku == wanted.sku, pair.second_sku == wanted.sku))
    if wanted.brought_by is not None:
        brought = skus_brought(wanted.brought_by)
        conditions.append(or_(pair.first_sku.in_(brought), pair.second_sku.in_(brought)))
    if wanted.at_least > 0:
        conditions.append(pair.score >= wanted.at_least)
    first = and_(_First.id == pair.first_id, _First.sku == pair.first_sku)
    second = and_(_Second.id == pair.second_id, _Second.sku == pair.second_sku)
    return query.join(_First, first).join(_Second, second).where(*conditions)


def _shown_still() -> list[ColumnElement[bool]]:
    pair = DuplicatePair
    sides = (pair.first_id, pair.first_photo), (pair.second_id, pair.second_photo)
    return [
        exists().where(Photo.product_id == id_, Photo.digest == digest) for id_, digest in sides
    ]
