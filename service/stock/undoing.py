"""Undoes what the staff changed: wholly what is still as they left it, and nothing else."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import TypeAlias

from sqlalchemy.orm import Session

from catalog import staff_changes
from catalog.errors import Contradiction
from catalog.models import now
from catalog.staff_changes import StaffChange
from catalog.stored import StoredReading
from service.access.actor import Actor
from service.access.log import record_each
from service.errors import UnknownChange
from service.progress import Progress, no_progress
from service.stock.bringing_back import bring_back
from service.stock.parts import Part, at_once, let_in
from service.stock.pictures import remove_unreferenced
from service.stock.portions import Portions
from service.stock.reading_back import pictures_to_read, read_pictures
from service.stock.refusing import UNREAD, Present, Refused
from service.stock.undo_names import name_of_undo
from service.stock.undoable import (
    KEPT,
    LAST_MOMENT,
    OtherRow,
    Together,
    actor_name,
    is_past,
    undoable_groups,
)
from service.wiring import Services

_MOST_TOLD = 1_000  # refusals


@dataclass(slots=True)
class Undone:
    """What an undo has done so far."""

    number: int | None = None  # of the change that it is itself; None: nothing was brought back
    products: int = 0  # that were brought back
    refused: list[Refused] = field(default_factory=list)  # the first of them
    refusals: int = 0
    before: int | None = None  # the parts below this one were not looked at yet; None: none was
    looked_at: int = 0  # products of those that were
    total: int | None = None  # of all of them; None: it has not begun


Keep: TypeAlias = Callable[[Session, Undone, Sequence[Refused]], None]
"""Told in each transaction what was done by its end, and what it refused itself."""


def _keep_nothing(_session: Session, _done: Undone, _refused: Sequence[Refused]) -> None:
    """Leave it to whoever asked to see how far it came."""


def undo(
    number: int,
    *,
    by: Actor,
    services: Services,
    progress: Progress = no_progress,
    asked_at: datetime | None = None,
    done: Undone | None = None,
    keep: Keep = _keep_nothing,
) -> Undone:
    """Bring the products of a change back to what they were before it.

    A product that is no longer as the change left it stays as it is, and so do all that belong
    together with it. The undo is a change like any other, which can be undone. Cut off, it goes on
    where it was when it is asked for again, and changes nothing twice; with what was `done` by
    then, which `keep` was told, it counts on as well. Who has waited for it may say since when
    (`asked_at`).

    Raises:
        UnknownChange: there is no such change, it is too old, or it was forgotten.
    """
    with services.database.reading() as session:
        change = session.get(StaffChange, number)
        if change is None or is_past(change, asked_at):
            raise _unknown(number)
        name, total = name_of_undo(change), change.products - change.undone
    done = done or Undone()
    done.total = total if done.total is None else done.total
    portions = Portions()
    readings: dict[str, StoredReading] = {}
    while True:
        with services.database.reading() as session:
            found = staff_changes.parts_to_undo(session, number, done.before, portions.ahead)
            parts = [Part(each) for each in found]
            wanted = pictures_to_read(session, parts)
        if not parts:
            return done
        # Pictures of parts that the last transaction had no room for were read already.
        beat = partial(progress, done.looked_at, done.total)
        readings = read_pictures(wanted, services, known=readings, beat=beat)
        done = _undo_some(number, name, parts, readings, portions, done, by, services, keep)
        progress(done.looked_at, done.total)


def _unknown(number: int) -> UnknownChange:
    days = f"changes are kept for {KEPT.days} days"
    return UnknownChange(f"no change that can be undone has the number {number}; {days}")


def _undo_some(
    number: int,
    name: str,
    parts: Sequence[Part],
    readings: dict[str, StoredReading],
    portions: Portions,
    done: Undone,
    by: Actor,
    services: Services,
    keep: Keep,
) -> Undone:
    """Undo some parts in one transaction, and count on."""
    let_go: list[str] = []
    refused: list[Refused] = []
    brought = 0
    with services.database.writing() as session:
        change = session.get(StaffChange, number)
        if change is None or is_past(change, now() - LAST_MOMENT):  # it is, or is being, forgotten
            raise _unknown(number)
        still = {row.id: row for row in staff_changes.still_to_undo(session, [p.id for p in parts])}
        me = by.kind.value, by.id, actor_name(by)
        begun = staff_changes.undo_begun(session, number, *me)
        parts_left = [part for part in parts if part.id in still]
        let_in(session, parts_left)
        portions.begin()
        while parts_left and (room := portions.room):
            some = at_once(parts_left, room)
            parts_left = parts_left[len(some) :]
            # Now and not before: what went back just now may be what this one stands on.
            present = Present(session, some, readings, services=services)
            group = []
            for part in some:
                reasons = present.refusals(part)
                refused += reasons
                group += [] if reasons else [part]
            if not group:
                portions.did(len(some))
                continue
            formers = [each for part in group for each in part.formers]
            rows = [row for part in group for row in part.rows]
            with undoable_groups(
                session,
                [
                    Together(part.skus, [OtherRow(row.table, row.key) for row in part.rows])
                    for part in group
                ],
                by=by,
                name=name,
                number=begun,
                undoes=number,
            ) as kept:
                back = bring_back(session, formers, rows, readings, services=services)
            failed = set(back.failed)
            for part in group:
                if not part.is_alone and (unread := failed & set(part.skus)):
                    raise Contradiction(f"the product '{min(unread)}' cannot come back: {UNREAD}")
            refused += [Refused(sku, UNREAD) for sku in back.failed]
            begun = kept.number
            whole = [part for part in group if not set(part.skus) & failed]
            if begun is not None:
                staff_changes.mark_undone(session, number, [still[p.id] for p in whole], begun)
            brought += sum(still[part.id].products for part in whole)
            let_go += back.let_go
            skus = [sku for part in whole for sku in part.skus]
            record_each(session, by, "product.undo", skus, f"change {number}")
            portions.did(len(some))
        rest = parts_left[0].id if parts_left else 0  # parts go from the last to the first
        done = Undone(
            number=begun if brought else done.number,
            products=done.products + brought,
            refused=[*done.refused, *refused][:_MOST_TOLD],
            refusals=done.refusals + len(refused),
            before=rest + 1 if rest else parts[-1].id,
            looked_at=done.looked_at
            + sum(max(1, len(part.formers)) for part in parts if part.id > rest),
            total=done.total,
        )
        keep(session, done, refused)
    remove_unreferenced(let_go, services=services)
    return done
