"""Undoes what the staff changed: wholly what is still as they left it, and nothing else."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from sqlalchemy.orm import Session

from catalog import promotions, staff_changes
from catalog.errors import Contradiction
from catalog.kept_states import PICTURES, State, is_taken, row_state, states_of, table_called
from catalog.models import now
from catalog.staff_changes import StaffChange
from catalog.stored import StoredReading
from service.access.actor import Actor
from service.access.log import record_each
from service.errors import UnknownChange
from service.progress import Progress, no_progress
from service.stock.bringing_back import alike, bring_back
from service.stock.parts import Part, groups, let_in
from service.stock.pictures import remove_unreferenced
from service.stock.reading_back import pictures_to_read, read_pictures
from service.stock.refusals import ANEW, why_not, why_not_row
from service.stock.undo_names import name_of_undo
from service.stock.undoable import KEPT, LAST_MOMENT, OtherRow, actor_name, is_past, undoable
from service.wiring import Services

_AT_ONCE = 50  # parts in one transaction, and no more than what takes so long,
_LONGEST_S = 0.5  # for others wait to write meanwhile
_MOST_TOLD = 1_000  # refusals
_LOST = "a picture of it is lost; a backup may have it"
_DAMAGED = "what was kept of it was damaged; a backup may have it"
_UNREAD = (
    "another model answers than read its pictures: try again; if it stays so, run "
    "lookalike verify --repair"
)


@dataclass(frozen=True, slots=True)
class Refused:
    """A product that stays as it is."""

    sku: str
    reason: str


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
    while True:
        with services.database.reading() as session:
            found = staff_changes.parts_to_undo(session, number, done.before, _AT_ONCE)
            parts = [Part(each) for each in found]
            wanted = pictures_to_read(session, parts)
        if not parts:
            return done
        readings = read_pictures(wanted, services)
        done = _undo_some(number, name, parts, readings, done, by, services, keep)
        progress(done.looked_at, done.total)


def _unknown(number: int) -> UnknownChange:
    days = f"changes are kept for {KEPT.days} days"
    return UnknownChange(f"no change that can be undone has the number {number}; {days}")


def _undo_some(
    number: int,
    name: str,
    parts: Sequence[Part],
    readings: dict[str, StoredReading],
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
        until, rest = time.monotonic() + _LONGEST_S, 0  # from the last part on; 0: all were seen
        for at, some in enumerate(groups(parts_left)):
            if at and time.monotonic() > until:
                rest = some[0].id  # parts go from the last to the first
                break
            # Now and not before: what went back just now may be what this one stands on.
            present = states_of(session, [sku for part in some for sku in part.skus])
            group = []
            for part in some:
                reasons = _refusals(session, part, present, readings, services)
                refused += reasons
                group += [] if reasons else [part]
            if not group:
                continue
            formers = [each for part in group for each in part.formers]
            rows = [row for part in group for row in part.rows]
            with undoable(
                session,
                [each.sku for each in formers],
                by=by,
                name=name,
                number=begun,
                together=not group[0].is_alone,
                rows=[OtherRow(row.table, row.key) for row in rows],
                undoes=number,
            ) as kept:
                back = bring_back(session, formers, rows, readings, services=services)
            if back.failed and not group[0].is_alone:
                raise Contradiction(f"the product '{back.failed[0]}' cannot come back: {_UNREAD}")
            refused += [Refused(sku, _UNREAD) for sku in back.failed]
            begun = kept.number
            whole = [part for part in group if not set(part.skus) & set(back.failed)]
            if begun is not None:
                staff_changes.mark_undone(session, number, [still[p.id] for p in whole], begun)
            brought += sum(still[part.id].products for part in whole)
            let_go += back.let_go
            skus = [sku for part in whole for sku in part.skus]
            record_each(session, by, "product.undo", skus, f"change {number}")
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


def _refusals(
    session: Session,
    part: Part,
    present: dict[str, State],
    readings: dict[str, StoredReading],
    services: Services,
) -> list[Refused]:
    """Return why products of a part cannot go back; nothing, where all can."""
    if part.is_damaged:
        return [Refused(part.sku, _DAMAGED)]
    for row in part.rows:
        table = table_called(row.table)
        found = row_state(session, table, row.key)
        reason = why_not_row(row.after, found)
        # Of a row that is changed only what differs is kept: the rest is what it is now.
        whole = None if row.before is None else (found or {}) | row.before
        if reason is None and whole is not None and is_taken(session, table, row.key, whole):
            reason = ANEW
        if reason is not None:
            return [Refused(sku, reason) for sku in part.skus or [""]]
    model = promotions.current(session)
    reasons = {}
    for each in part.formers:
        now = present.get(each.sku)
        reason = why_not(each.after, now)
        if reason is None and now is None and each.before is not None:
            other = alike(session, each.sku)
            reason = None if other is None else f"a product of the SKU '{other}' is there now"
        held = {digest for digest, _ in (now or {}).get(PICTURES, ())}
        for digest, _ in (each.before or {}).get(PICTURES, ()):
            if digest not in services.store:
                reason = reason or _LOST
            elif digest not in held:
                reading = readings.get(digest)
                if reading is None or model is None or reading.fingerprint != model.fingerprint:
                    reason = reason or _UNREAD
        if reason is not None:
            reasons[each.sku] = reason
    if not reasons:
        return []
    beside = f"it belongs together with '{next(iter(reasons))}'"
    return [Refused(sku, reasons.get(sku, beside)) for sku in part.skus]
