"""Which worker has a job: claimed by one alone, held by heartbeats, and let go with what came."""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from catalog import jobs
from catalog.jobs import JobState, NewLine, Wish
from catalog.models import now
from embeddings.files.names import legible
from service.jobs.alive import is_dead
from service.jobs.files import drop_folder
from service.jobs.job import Job, job_of
from service.settings.environment import Settings
from service.wiring import Services

DEAD_AFTER = timedelta(seconds=60)  # without a heartbeat
MOST_ATTEMPTS = 5  # that came no further
_POISON = "it ended its worker {} times at the same place; the log of the server tells more"


class JobLost(Exception):
    """Another worker has the job now, or nobody: what this one does is not written."""


def claim(
    worker: str, *, services: Services, first: int | None = None, dead_after: timedelta = DEAD_AFTER
) -> tuple[Job, str] | None:
    """Take a job that waits or whose worker is dead, and return it with the claim's name.

    `first` is looked at before the others. Each is taken in one transaction, by one worker.
    """
    settings = services.settings
    with services.database.reading() as session:
        numbers = jobs.waiting(session, now())
        left = [
            row.id for row in jobs.running(session) if is_left(row, dead_after, settings=settings)
        ]
    numbers.sort(key=lambda number: number != first)
    for number in [*left, *numbers]:
        with services.database.writing() as session:
            row = jobs.find(session, number)
            taken = None if row is None else _take(row, worker, dead_after, settings)
            session.flush()
            job = None if row is None else job_of(row)
        if job is not None and taken is not None:
            return job, taken
        if job is not None and job.state is JobState.CANCELLED:
            drop_folder(job.folder, settings)
    return None


def _take(row: jobs.Job, worker: str, dead_after: timedelta, settings: Settings) -> str | None:
    """Take a job as it is at this moment; None where it is another's, or is not to be done."""
    if row.state == JobState.RUNNING.value:
        if not is_left(row, dead_after, settings=settings):
            return None
        if row.wish is not None:
            settle(row, Wish(row.wish))
            return None
    elif row.state != JobState.QUEUED.value or _waits(row):
        return None
    if row.attempts >= MOST_ATTEMPTS:
        row.state, row.ended_at, row.worker = JobState.FAILED.value, now(), None
        row.message = _POISON.format(row.attempts)
        return None
    claimed = f"{worker}.{secrets.token_hex(4)}"
    row.state, row.worker, row.wish = JobState.RUNNING.value, claimed, None
    row.started_at = row.started_at or now()
    row.beaten_at, row.not_before = now(), None
    row.attempts += 1
    return claimed


def _waits(row: jobs.Job) -> bool:
    at = now()
    return row.not_before is not None and at < row.not_before <= at + jobs.LONGEST_WAIT


def settle(row: jobs.Job, wish: Wish) -> None:
    """Heed what was asked of a job whose worker died before it could."""
    row.wish = row.worker = None
    row.state = JobState.PAUSED.value
    if wish is Wish.CANCEL:
        row.state, row.ended_at = JobState.CANCELLED.value, now()


def is_left(row: jobs.Job, dead_after: timedelta = DEAD_AFTER, *, settings: Settings) -> bool:
    """Return whether a job that runs has no worker any more."""
    if row.worker is None or row.beaten_at is None:
        return True
    # Of a heartbeat to come, the clock was set back since: nobody knows how old it is.
    is_recent = abs(now() - row.beaten_at) <= dead_after
    return not is_recent or is_dead(row.worker, settings)


def beat(number: int, claimed: str, *, services: Services) -> Wish | None:
    """Say that the worker lives, and return what is wished of the job. Raises: JobLost."""
    with services.database.writing() as session:
        return _kept(session, number, claimed, {"beaten_at": now()})


def keep(
    session: Session,
    number: int,
    claimed: str,
    values: Mapping[str, Any],
    lines: Sequence[NewLine] = (),
) -> Wish | None:
    """Write down how far a job is, in the transaction that takes it there; return what is wished.

    `place` and `counts` are written as JSON. Raises: JobLost, which undoes that transaction.
    """
    wish = _kept(session, number, claimed, {"beaten_at": now(), **_written(values)})
    if lines:
        jobs.add_lines(session, number, list(map(_in_letters, lines)))
    return wish


def _in_letters(line: NewLine) -> NewLine:
    """Return a line as a row holds it, whatever bytes its source had for letters."""
    return replace(
        line,
        sku=legible(line.sku),
        message=legible(line.message),
        cells=legible(line.cells),
    )


def let_go(
    number: int,
    claimed: str,
    state: JobState,
    message: str,
    *,
    services: Services,
    values: Mapping[str, Any] | None = None,
) -> JobState:
    """Write down what became of a job, and let go of it; return the state that it has now.

    That is another where somebody wished something of it after its worker last looked: what can
    still be heeded is heeded here. Raises: JobLost.
    """
    with services.database.writing() as session:
        state = _heeding(state, _kept(session, number, claimed, {"beaten_at": now()}))
        told: dict[str, Any] = {
            "state": state.value,
            "worker": None,
            "wish": None,
            "rate": None,
            "message": legible(message[: jobs.LONGEST_MESSAGE]),
            "ended_at": now() if state in jobs.OVER else None,
            **_written(values or {}),
        }
        _kept(session, number, claimed, told)
    return state


def _heeding(state: JobState, wish: Wish | None) -> JobState:
    """Return the state that a job gets which its worker would leave in one, as is wished now."""
    if state in (JobState.DONE, JobState.CANCELLED):
        return state
    if wish is Wish.CANCEL:
        return JobState.CANCELLED
    if state is JobState.FAILED:
        return state
    return JobState.PAUSED if wish is Wish.PAUSE else JobState.QUEUED  # a pause was taken back


def _written(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values as rows hold them."""
    return {
        name: json.dumps(value) if name in ("place", "counts") else value
        for name, value in values.items()
    }


def _kept(session: Session, number: int, claimed: str, values: Mapping[str, Any]) -> Wish | None:
    if not jobs.change(session, number, values, state=JobState.RUNNING, worker=claimed):
        raise JobLost(f"another worker has the job {number} now")
    row = jobs.find(session, number)
    return Wish(row.wish) if row is not None and row.wish in list(Wish) else None
