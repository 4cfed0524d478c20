"""Keeps what a change of the staff was before it, in the transaction that makes the change."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from catalog import staff_changes
from catalog.kept_states import PICTURES, State, differing, row_state, states_of, table_called
from catalog.models import now
from catalog.staff_changes import LONGEST_NAME, StaffChange, StaffChangePart
from service.access.actor import Actor

KEPT = timedelta(days=30)
"""How long a change can be undone, and pictures that nothing else shows are kept for that.

What went wrong is noticed by the end of a month, and a shop's disk is not to fill for ever.
"""

LAST_MOMENT = timedelta(days=1)
"""How long an undo may take that was asked for at the end of this; only then is it forgotten."""


def is_past(change: StaffChange, at: datetime | None = None) -> bool:
    """Whether a change can be undone no longer, at an instant or now."""
    return change.at + KEPT <= (at or now())


@dataclass(frozen=True, slots=True)
class OtherRow:
    """A row beside the products that a change touches, and that goes back with them."""

    table: str  # its name
    key: tuple[Any, ...]  # its primary key


@dataclass(slots=True)
class Kept:
    """What was kept of a change; to be read after it."""

    number: int | None = None  # None: nothing has changed yet
    changed: list[str] = field(default_factory=list)  # SKUs


@contextmanager
def undoable(
    session: Session,
    skus: Iterable[str],
    *,
    by: Actor,
    name: str,
    number: int | None = None,
    together: bool = False,
    rows: Sequence[OtherRow] = (),
    undoes: int | None = None,
) -> Iterator[Kept]:
    """Keep what products are before and after the block, within a transaction that writes.

    `name` says in a few words what is done. With `number` it goes on a change that was begun in
    another transaction, and begins another where that one is past or forgotten. Each product is
    undone by itself, unless they go `together`; `rows` are kept with them, so they need that. Where
    the block changes nothing, nothing is kept.

    Raises:
        ValueError: there are rows that belong to no products kept together.
    """
    if rows and not together:
        raise ValueError("rows beside products are kept with products that go together")
    asked = list(dict.fromkeys(skus))
    before, rows_before = states_of(session, asked), _states(session, rows)
    kept = Kept(number)
    yield kept
    session.flush()
    after, rows_after = states_of(session, asked), _states(session, rows)
    products = {
        sku: both
        for sku in asked
        if (both := differing(before.get(sku), after.get(sku)))
        and before.get(sku) != after.get(sku)
    }
    others = [
        (row, differing(was, is_now))
        for row, was, is_now in zip(rows, rows_before, rows_after, strict=True)
        if was != is_now
    ]
    kept.changed = list(products)
    if not products and not others:
        return
    if kept.number is None or _is_over(session, kept.number):
        kept.number = _begin(session, by, name, undoes)
    groups = [products] if together else [{sku: both} for sku, both in products.items()]
    staff_changes.add_parts(
        session, kept.number, [_part(kept.number, group, others) for group in groups]
    )
    lost = (_lost(was, is_now) for was, is_now in products.values())
    staff_changes.keep_pictures(session, kept.number, (each for some in lost for each in some))


def _is_over(session: Session, number: int) -> bool:
    change = session.get(StaffChange, number)
    return change is None or is_past(change)


def actor_name(by: Actor) -> str:
    """Return how a change calls whose it is."""
    return by.name[:64]


def _begin(session: Session, by: Actor, name: str, undoes: int | None) -> int:
    change = StaffChange(
        actor_kind=by.kind.value,
        actor_id=by.id,
        actor=actor_name(by),
        name=name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…",
        undoes=undoes,
    )
    session.add(change)
    session.flush()
    return change.id


def _part(
    number: int,
    products: Mapping[str, tuple[State | None, State | None]],
    others: Sequence[tuple[OtherRow, tuple[State | None, State | None]]],
) -> StaffChangePart:
    told = {
        "products": [[sku, *both] for sku, both in products.items()],
        "rows": [[row.table, list(row.key), *both] for row, both in others],
    }
    return StaffChangePart(
        change_id=number,
        sku=next(iter(products), ""),
        products=max(1, len(products)),
        told=json.dumps(told),
    )


def _states(session: Session, rows: Sequence[OtherRow]) -> list[State | None]:
    if rows:
        session.flush()
    return [row_state(session, table_called(row.table), row.key) for row in rows]


def _lost(before: State | None, after: State | None) -> set[str]:
    def digests(state: State | None) -> set[str]:
        return {digest for digest, _ in (state or {}).get(PICTURES, ())}

    return digests(before) - digests(after)
