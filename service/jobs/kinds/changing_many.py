"""`change-many` and `undo`: what staff ask for on pages, where it is more than a page waits for."""

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy.orm import Session

from catalog.jobs import LineKind, NewLine
from catalog.staff_changes import StaffChange
from service.access.actor import Actor
from service.errors import UnknownChange
from service.jobs.at_work import JobAtWork
from service.jobs.job import Job
from service.jobs.keeping import create, create_within
from service.jobs.kind import Kind, Outcome
from service.jobs.queue import ring
from service.progress import Progress
from service.stock.patience import MOST_AT_ONCE, is_long
from service.stock.refusing import Refused
from service.stock.undo_names import name_of_undo
from service.stock.undoing import Undone, undo
from service.stockroom.bulk import (
    WITHDRAW,
    Deed,
    ManyChanged,
    Still,
    change_many,
    deed_of,
    everyone,
    renaming,
)
from service.wiring import Services

NAME, UNDO = "change-many", "undo"


def ask_to_change(
    ids: Sequence[int],
    column: str | None,
    value: str,
    *,
    by: Actor,
    services: Services,
) -> Job:
    """Ask that a fact of many products be set, or, without a column, that they be withdrawn."""
    with services.database.writing() as session:
        job = ask_to_change_within(session, ids, column, value, by=by)
    ring(job.number, services.settings)
    return job


def ask_to_change_within(
    session: Session,
    ids: Sequence[int],
    column: str | None,
    value: str,
    *,
    by: Actor,
) -> Job:
    """Ask for it in a transaction beside other things; `ring` its number once that is over."""
    deed = _deed(column, value)
    asked = {"column": column, "value": value, "ids": list(_runs(ids))}
    return create_within(session, NAME, asked, by=by, title=f"{deed.name} ({len(ids)})")


def ask_to_rename_within(
    session: Session,
    ids: Sequence[int],
    word: str,
    category: str,
    *,
    number: int | None,
    by: Actor,
) -> Job:
    """Ask in a transaction beside other things that products called by a word be renamed.

    It is part of the change `number`; `ring` the job's number once the transaction is over.
    """
    told = {"column": "category", "value": category, "word": word, "number": number}
    title = f"{renaming(word, category).name} ({len(ids)})"
    return create_within(session, NAME, {**told, "ids": list(_runs(ids))}, by=by, title=title)


def ask_to_undo(number: int, *, by: Actor, services: Services) -> Job:
    """Ask that a change be undone.

    Raises:
        UnknownChange: there is no such change.
    """
    with services.database.reading() as session:
        change = session.get(StaffChange, number)
        if change is None:
            raise UnknownChange(f"no change has the number {number}")
        title = name_of_undo(change)
    return create(UNDO, {"number": number}, by=by, services=services, title=title)


def is_long_undo(number: int, *, services: Services) -> bool:
    """Whether the undo of a change is more than somebody waits for in front of a page."""
    with services.database.reading() as session:
        change = session.get(StaffChange, number)
        return change is not None and is_long(session, change, MOST_AT_ONCE)


def _change(services: Services, job: JobAtWork, progress: Progress) -> Outcome:
    """Go on behind the last transaction that is in, with the change that was begun."""
    asked = job.parameters
    ids = [each for first, last in asked["ids"] for each in range(first, last + 1)]
    deed = _deed(asked["column"], asked["value"], asked.get("word"))
    done = change_within(services, job, ids, deed, progress)
    counts = {"changed": done.changed, "unchanged": done.unchanged}
    return Outcome(f"{done.changed} changed, {done.unchanged} were so already or are gone", counts)


def change_within(
    services: Services,
    job: JobAtWork,
    ids: Sequence[int],
    deed: Deed,
    progress: Progress,
    still: Still = everyone,
) -> ManyChanged:
    """Do a deed to products as a job's work, which goes on where it was; see `change_many`."""
    place = int(job.place.get("next", 0))
    done = ManyChanged(
        number=job.place.get("number") or job.parameters.get("number"),
        changed=job.counts.get("changed", 0),
        unchanged=job.counts.get("unchanged", 0),
    )

    def keep(session: Session, at: int) -> None:
        counts = {"changed": done.changed, "unchanged": done.unchanged}
        job.keep(session, place={"next": at, "number": done.number}, counts=counts, done=at)

    return change_many(
        ids,
        deed,
        by=job.job.by,
        services=services,
        progress=progress,
        done=done,
        start=place,
        keep=keep,
        still=still,
    )


def _undo(services: Services, job: JobAtWork, progress: Progress) -> Outcome:
    """Go on below the last part that was looked at; all of it counts as one."""

    def keep(session: Session, done: Undone, refused: Sequence[Refused]) -> None:
        lines = [
            NewLine(LineKind.ERROR, number, each.sku, each.reason)
            for number, each in enumerate(refused, job.errors + 1)
        ]
        place = {"before": done.before, "number": done.number, "total": done.total}
        counts = {"back": done.products, "refused": done.refusals}
        job.keep(session, place=place, counts=counts, done=done.looked_at, lines=lines)

    outcome = undo(
        job.parameters["number"],
        by=job.job.by,
        services=services,
        progress=progress,
        asked_at=job.job.created_at,
        done=Undone(
            number=job.place.get("number"),
            products=job.counts.get("back", 0),
            refusals=job.counts.get("refused", 0),
            before=job.place.get("before"),
            looked_at=job.job.done,
            total=job.place.get("total"),
        ),
        keep=keep,
    )
    counts = {"back": outcome.products, "refused": outcome.refusals}
    told = f"{outcome.products} brought back, {outcome.refusals} stay as they are"
    return Outcome(told, counts)


def _deed(column: str | None, value: str, word: str | None = None) -> Deed:
    if word is not None:
        return renaming(word, value)
    return WITHDRAW if column is None else deed_of(column, value)


def _runs(ids: Iterable[int]) -> Iterator[list[int]]:
    """Write ascending ids as pairs of the first and the last of each run."""
    run: list[int] | None = None
    for each in ids:
        if run is not None and each == run[1] + 1:
            run[1] = each
            continue
        if run is not None:
            yield run
        run = [each, each]
    if run is not None:
        yield run


CHANGE_KIND = Kind(NAME, "Change many products", _change)
UNDO_KIND = Kind(UNDO, "Undo a change", _undo)
