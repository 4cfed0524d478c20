"""Keeps what a change of the staff was before it, in the transaction that makes the change."""

import json
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from catalog import staff_changes
from catalog.kept_states import PICTURES, State, differing, row_states, states_of
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


@dataclass(frozen=True, slots=True)
class Together:
    """Products, and rows beside them, that are undone wholly or not at all."""

    skus: Sequence[str]
    rows: Sequence[OtherRow] = ()


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
) -> AbstractContextManager[Kept]:
    """Keep what products are before and after the block; see `undoable_groups`.

    Each product is undone by itself, unless they go `together`; `rows` are kept with them, so they
    need that.

    Raises:
        ValueError: there are rows that belong to no products kept together.
    """
    if rows and not together:
        raise ValueError("rows beside products are kept with products that go together")
    asked = list(dict.fromkeys(skus))
    groups = [Together(asked, rows)] if together else [Together([sku]) for sku in asked]
    return undoable_groups(session, groups, by=by, name=name, number=number, undoes=undoes)


@contextmanager
def undoable_groups(
    session: Session,
    groups: Sequence[Together],
    *,
    by: Actor,
    name: str,
    number: int | None = None,
    undoes: int | None = None,
) -> Iterator[Kept]:
    """Keep what groups of products are before and after the block, in a transaction that writes.

    `name` says in a few words what is done. With `number` it goes on a change that was begun in
    another transaction, and begins another where that one is past or forgotten. No product and no
    row is in two groups. Where the block changes nothing, nothing is kept.
    """
    skus = [sku for group in groups for sku in group.skus]
    rows = [(row.table, row.key) for group in groups for row in group.rows]
    session.flush()
    before, rows_before = states_of(session, skus), row_states(session, rows)
    kept = Kept(number)
    yield kept
    session.flush()
    after, rows_after = states_of(session, skus), row_states(session, rows)
    parts: list[StaffChangePart] = []
    lost: set[str] = set()
    for group in groups:
        products = _differing(group.skus, before, after)
        others = _differing([(row.table, row.key) for row in group.rows], rows_before, rows_after)
        if products or others:
            kept.changed += products
            parts.append(_part(products, others))
            lost |= {digest for both in products.values() for digest in _lost(*both)}
    if not parts:
        return
    if kept.number is None or _is_over(session, kept.number):
        kept.number = _begin(session, by, name, undoes)
    staff_changes.add_parts(session, kept.number, parts)
    staff_changes.keep_pictures(session, kept.number, lost)


_Key = TypeVar("_Key", bound=Hashable)


def _differing(
    keys: Iterable[_Key], before: Mapping[_Key, State | None], after: Mapping[_Key, State | None]
) -> dict[_Key, tuple[State | None, State | None]]:
    """Return what differs of those that differ."""
    return {
        key: differing(before.get(key), after.get(key))
        for key in keys
        if before.get(key) != after.get(key)
    }


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
    products: Mapping[str, tuple[State | None, State | None]],
    others: Mapping[tuple[str, tuple[Any, ...]], tuple[State | None, State | None]],
) -> StaffChangePart:
    told = {
        "products": [[sku, *both] for sku, both in products.items()],
        "rows": [[table, list(key), *both] for (table, key), both in others.items()],
    }
    return StaffChangePart(
        sku=next(iter(products), ""),
        products=max(1, len(products)),
        told=json.dumps(told),
    )


def _lost(before: State | None, after: State | None) -> set[str]:
    def digests(state: State | None) -> set[str]:
        return {digest for digest, _ in (state or {}).get(PICTURES, ())}

    return digests(before) - digests(after)
