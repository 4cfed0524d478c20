"""`change-many` and `undo`: what staff ask for on pages, where it is more than a page waits for."""

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy.orm import Session

from catalog.jobs import LineKind, NewLine
from service.access.actor import Actor
from service.jobs.at_work import JobAtWork
from service.jobs.job import Job
from service.jobs.keeping import create, create_within
from service.jobs.kind import Kind, Outcome
from service.jobs.queue import ring
from service.progress import Progress
from service.stock.undoing import undo
from service.stockroom.bulk import WITHDRAW, Deed, ManyChanged, change_many, deed_of
from service.wiring import Services

NAME, UNDO = "change-many", "undo"
MOST_AT_ONCE = 1_000
"""Products that somebody waits for in front of a page: a second or two of work."""


def ask_to_change(
    ids: Sequence[int], column: str | None, value: str, *, by: Actor, services: Services
) -> Job:
    """Ask that a fact of many products be set, or, without a column, that they be withdrawn."""
    with services.database.writing() as session:
        job = ask_to_change_within(session, ids, column, value, by=by)
    ring(job.number, services.settings)
    return job


def ask_to_change_within(
    session: Session, ids: Sequence[int], column: str | None, value: str, *, by: Actor
) -> Job:
    """Ask for it in a transaction beside other things; `ring` its number once that is over."""
    deed = _deed(column, value)
    asked = {"column": column, "value": value, "ids": list(_runs(ids))}
    return create_within(session, NAME, asked, by=by, title=f"{deed.name} ({len(ids)})")


def ask_to_undo(number: int, name: str, *, by: Actor, services: Services) -> Job:
    """Ask that a change be undone."""
    return create(UNDO, {"number": number}, by=by, services=services, title=name)


def _change(services: Services, job: JobAtWork, progress: Progress) -> Outcome:
    """Go on behind the last transaction that is in, with the change that was begun."""
    asked = job.parameters
    ids = [each for first, last in asked["ids"] for each in range(first, last + 1)]
    place = int(job.place.get("next", 0))
    done = ManyChanged(
        number=job.place.get("number"),
        changed=job.counts.get("changed", 0),
        unchanged=job.counts.get("unchanged", 0),
    )

    def keep(session: Session, at: int) -> None:
        counts = {"changed": done.changed, "unchanged": done.unchanged}
        job.keep(session, place={"next": at, "number": done.number}, counts=counts, done=at)

    deed = _deed(asked["column"], asked["value"])
    change_many(
        ids,
        deed,
        by=job.job.by,
        services=services,
        progress=progress,
        done=done,
        start=place,
        keep=keep,
    )
    counts = {"changed": done.changed, "unchanged": done.unchanged}
    return Outcome(f"{done.changed} changed, {done.unchanged} were so already or are gone", counts)


def _undo(services: Services, job: JobAtWork, progress: Progress) -> Outcome:
    """Bring back what was not yet; each product is noted as such in its own transaction."""
    outcome = undo(
        job.parameters["number"],
        by=job.job.by,
        services=services,
        progress=progress,
        asked_at=job.job.created_at,
    )
    lines = [
        NewLine(LineKind.ERROR, number, each.sku, each.reason)
        for number, each in enumerate(outcome.refused, 1)
    ]
    counts = {"back": outcome.products, "refused": outcome.refusals}
    job.save(place={"looked": True}, counts=counts, lines=lines)
    told = f"{outcome.products} brought back, {outcome.refusals} stay as they are"
    return Outcome(told, counts)


def _deed(column: str | None, value: str) -> Deed:
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
