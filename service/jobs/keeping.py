"""Jobs as people and programs handle them: asked for, looked at, paused, cancelled, resumed."""

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from catalog import jobs
from catalog.jobs import JobState, LineKind, Wish
from catalog.models import now
from service.access.actor import Actor
from service.access.log import record
from service.errors import UnknownJob, WrongJobState
from service.jobs.claiming import is_left, settle
from service.jobs.files import drop_folder, folder_of
from service.jobs.job import Job, named_job, named_jobs
from service.jobs.queue import ring
from service.wiring import Services

_MOST = 2**63 - 1  # a number that a row can have
_WAITS = (JobState.QUEUED, JobState.PAUSED)


def create(
    kind: str,
    parameters: Mapping[str, Any],
    *,
    by: Actor,
    services: Services,
    title: str = "",
    folder: str | None = None,
) -> Job:
    """Ask for a job, and tell a worker; `folder` holds its files and goes with it."""
    with services.database.writing() as session:
        job = create_within(session, kind, parameters, by=by, title=title, folder=folder)
    ring(job.number, services.settings)
    return job


def create_within(
    session: Session,
    kind: str,
    parameters: Mapping[str, Any],
    *,
    by: Actor,
    title: str = "",
    folder: str | None = None,
) -> Job:
    """Ask for a job in a transaction beside other things; `ring` its number once that is over."""
    row = jobs.Job(
        kind=kind,
        title=title[: jobs.LONGEST_TITLE],
        actor_kind=by.kind.value,
        actor_id=by.id,
        actor=by.name,
        address=by.address,
        parameters=json.dumps(parameters),
        folder=folder,
    )
    session.add(row)
    session.flush()
    record(session, by, "job.create", str(row.id), f"{kind} {title}".strip())
    return named_job(session, row)


def get(number: int, *, services: Services) -> Job:
    """Return a job. Raises: UnknownJob."""
    with services.database.reading() as session:
        return named_job(session, _row(session, number))


def newest(
    most: int,
    *,
    services: Services,
    before: int | None = None,
    states: Collection[JobState] = (),
    kinds: Collection[str] = (),
) -> list[Job]:
    """Return the newest jobs, older than the one numbered `before`; of all states, unless named."""
    with services.database.reading() as session:
        found = jobs.page(session, most, before=before, states=states, kinds=kinds)
        return named_jobs(session, found)


def lines(
    number: int, kind: LineKind = LineKind.ERROR, *, services: Services, most: int | None = None
) -> Iterator[jobs.JobLine]:
    """Return what a job has to tell line by line, as a stream. Raises: UnknownJob, at once."""
    get(number, services=services)

    def stream() -> Iterator[jobs.JobLine]:
        with services.database.reading() as session:
            yield from jobs.lines(session, number, kind, most=most)

    return stream()


def result_of(number: int, *, services: Services) -> Path:
    """Return the file that a job has made. Raises: UnknownJob: there is no such job, or file."""
    job = get(number, services=services)
    if job.folder and job.result:
        path = folder_of(job.folder, services.settings) / job.result
        if path.is_file():
            return path
    raise UnknownJob(f"the job {number} has no file, or it has gone since")


def pause(number: int, *, by: Actor, services: Services) -> Job:
    """Let a job rest until it is resumed; one that runs rests from its next step on.

    Raises:
        UnknownJob: there is none of this number.
        WrongJobState: it is over, or being cancelled.
    """

    def act(row: jobs.Job) -> None:
        if row.state == JobState.QUEUED.value:
            row.state = JobState.PAUSED.value
        elif row.state == JobState.RUNNING.value and row.wish != Wish.CANCEL.value:
            if is_left(row, settings=services.settings):
                settle(row, Wish.PAUSE)
            else:
                row.wish = Wish.PAUSE.value
        elif row.state != JobState.PAUSED.value:
            raise _cannot_be(row, "paused")

    return _acting(number, "job.pause", act, by=by, services=services)


def cancel(number: int, *, by: Actor, services: Services) -> Job:
    """End a job; what it has finished stays. One that runs ends at its next step.

    Raises:
        UnknownJob: there is none of this number.
        WrongJobState: it is over.
    """

    def act(row: jobs.Job) -> None:
        if row.state in (*_WAITS, JobState.FAILED.value):
            row.state, row.ended_at = JobState.CANCELLED.value, now()
            row.wish = row.worker = None
        elif row.state == JobState.RUNNING.value and is_left(row, settings=services.settings):
            settle(row, Wish.CANCEL)
        elif row.state == JobState.RUNNING.value:
            row.wish = Wish.CANCEL.value
        elif row.state != JobState.CANCELLED.value:
            raise _cannot_be(row, "cancelled")

    return _acting(number, "job.cancel", act, by=by, services=services)


def resume(number: int, *, by: Actor, services: Services) -> Job:
    """Let a job that rests, or has failed, go on where it was; one that goes on does so.

    Raises:
        UnknownJob: there is none of this number.
        WrongJobState: it is done or cancelled, or being cancelled.
    """

    def act(row: jobs.Job) -> None:
        if row.state in (JobState.PAUSED.value, JobState.FAILED.value):
            row.state, row.ended_at, row.not_before = JobState.QUEUED.value, None, None
            row.attempts, row.message = 0, ""
        elif row.state == JobState.RUNNING.value and row.wish != Wish.CANCEL.value:
            row.wish = None
        elif row.state != JobState.QUEUED.value:
            raise _cannot_be(row, "resumed")

    job = _acting(number, "job.resume", act, by=by, services=services)
    ring(job.number, services.settings)
    return job


def _acting(
    number: int,
    action: str,
    act: Callable[[jobs.Job], None],
    *,
    by: Actor,
    services: Services,
) -> Job:
    with services.database.writing() as session:
        row = _row(session, number)
        before = row.state, row.wish
        act(row)
        if (row.state, row.wish) != before:
            record(session, by, action, str(number), f"{row.kind} {row.title}".strip())
        session.flush()
        job = named_job(session, row)
    if job.state is JobState.CANCELLED:
        drop_folder(job.folder, services.settings)
    return job


def _row(session: Session, number: int) -> jobs.Job:
    row = jobs.find(session, number) if number <= _MOST else None
    if row is None:
        raise UnknownJob(f"there is no job {number}")
    return row


def _cannot_be(row: jobs.Job, wanted: str) -> WrongJobState:
    is_ending = row.state == JobState.RUNNING.value  # nothing else is refused of one that runs
    stands = "being cancelled" if is_ending else row.state
    return WrongJobState(f"the job {row.id} is {stands}, so it cannot be {wanted}")
