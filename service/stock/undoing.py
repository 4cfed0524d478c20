"""Undoes what the staff changed: wholly what is still as they left it, and nothing else."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from catalog import promotions, staff_changes
from catalog.errors import Contradiction
from catalog.kept_states import PICTURES, State, row_state, states_of, table_called
from catalog.models import now
from catalog.staff_changes import StaffChange
from catalog.stored import StoredReading
from embeddings.errors import MissingPhoto, UnreadablePhoto
from service.access.actor import Actor
from service.access.log import record_each
from service.errors import UnknownChange
from service.index.rows import stored_reading
from service.progress import Progress, no_progress
from service.stock.bringing_back import alike, bring_back
from service.stock.parts import Part, groups
from service.stock.pictures import remove_unreferenced
from service.stock.refusals import why_not, why_not_row
from service.stock.undoable import KEPT, LAST_MOMENT, OtherRow, actor_name, is_past, undoable
from service.wiring import Services

_AT_ONCE = 50  # parts in one transaction, and so pictures in memory
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
    """What an undo has done."""

    number: int | None = None  # of the change that it is itself; None: nothing was brought back
    products: int = 0  # that were brought back
    refused: list[Refused] = field(default_factory=list)  # the first of them
    refusals: int = 0


def undo(
    number: int,
    *,
    by: Actor,
    services: Services,
    progress: Progress = no_progress,
    asked_at: datetime | None = None,
) -> Undone:
    """Bring the products of a change back to what they were before it.

    A product that is no longer as the change left it stays as it is, and so do all that belong
    together with it. The undo is a change like any other, which can be undone. Cut off, it goes on
    where it was when it is asked for again, and changes nothing twice. Who has waited for it may
    say since when (`asked_at`).

    Raises:
        UnknownChange: there is no such change, it is too old, or it was forgotten.
    """
    with services.database.reading() as session:
        change = session.get(StaffChange, number)
        if change is None or is_past(change, asked_at):
            raise _unknown(number)
        name, total = change.name, change.products - change.undone
    outcome, before, done = Undone(), None, 0
    while True:
        with services.database.reading() as session:
            found = staff_changes.parts_to_undo(session, number, before, _AT_ONCE)
            parts = [Part(each) for each in found]
            wanted = _pictures_to_read(session, parts)
        if not parts:
            return outcome
        before = parts[-1].id
        readings = _read(wanted, services)
        _undo_some(number, f"Undo: {name}", parts, readings, outcome, by, services)
        done += sum(len(part.formers) for part in parts)
        progress(done, total)


def _unknown(number: int) -> UnknownChange:
    days = f"changes are kept for {KEPT.days} days"
    return UnknownChange(f"no change that can be undone has the number {number}; {days}")


def _undo_some(
    number: int,
    name: str,
    parts: Sequence[Part],
    readings: dict[str, StoredReading],
    outcome: Undone,
    by: Actor,
    services: Services,
) -> None:
    """Undo some parts in one transaction."""
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
        for some in groups([part for part in parts if part.id in still]):
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
            done = [part for part in group if not set(part.skus) & set(back.failed)]
            if begun is not None:
                staff_changes.mark_undone(session, number, [still[p.id] for p in done], begun)
            brought += sum(still[part.id].products for part in done)
            let_go += back.let_go
            skus = [sku for part in done for sku in part.skus]
            record_each(session, by, "product.undo", skus, f"change {number}")
    remove_unreferenced(let_go, services=services)
    outcome.number = begun if brought else outcome.number
    outcome.products += brought
    outcome.refused += refused[: _MOST_TOLD - len(outcome.refused)]
    outcome.refusals += len(refused)


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
        reason = why_not_row(row.after, row_state(session, table_called(row.table), row.key))
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


def _pictures_to_read(session: Session, parts: Sequence[Part]) -> list[str]:
    """Name the pictures that come back to products which do not show them now.

    A product of several parts may not show by its turn what it does now.
    """
    present = states_of(session, [sku for part in parts for sku in part.skus])
    again = Counter(sku for part in parts for sku in part.skus)
    present = {sku: state for sku, state in present.items() if again[sku] == 1}
    wanted: dict[str, None] = {}
    for part in parts:
        for each in part.formers:
            held = {digest for digest, _ in present.get(each.sku, {}).get(PICTURES, ())}
            for digest, _ in (each.before or {}).get(PICTURES, ()):
                if digest not in held:
                    wanted[digest] = None
    return list(wanted)


def _read(digests: Sequence[str], services: Services) -> dict[str, StoredReading]:
    """Read stored pictures by the model that answers; those that are lost are left out."""
    found, photos = [], []
    for digest in digests:
        try:
            photos.append(services.store.open(digest))
        except (MissingPhoto, UnreadablePhoto):
            continue
        found.append(digest)
    encoder = services.encoder
    read = encoder.read(photos)
    return {
        digest: stored_reading(reading, encoder)
        for digest, reading in zip(found, read, strict=True)
    }
