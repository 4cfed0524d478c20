"""A job as everybody outside its row sees it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from catalog import jobs
from catalog.access import keys
from catalog.access.terms import ActorKind
from catalog.jobs import JobState, Wish
from service.access.actor import Actor
from service.jobs.ended import rows_of, said_of_ended

MOST_ERRORS = 100_000
"""Lines of what a job refused that are kept; of more only the number."""

MOST_NOTES = 1_000
"""Lines of what a job did otherwise than one may think that are kept, likewise."""


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be done, or was, and how far it is."""

    number: int
    kind: str  # one of the names of service.jobs.kinds
    title: str  # what it is of, for people
    state: JobState
    wish: Wish | None  # what was asked of it since, and its worker has not heeded yet
    by: Actor
    parameters: dict[str, Any]
    folder: str | None  # of its files, below `service.jobs.files`
    place: dict[str, Any]  # where to go on
    counts: dict[str, int]  # what came of it so far
    done: int
    total: int | None  # None: not known
    rate: float | None  # of `done`, a second, while it runs
    errors: int  # lines that are errors
    message: str  # one line: what came of it, or what went wrong and what to do
    result: str | None  # the file in its folder that it made
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    attempts: int  # that came no further, one after another
    key_name: str | None = None  # what the key is called that asked for it

    @property
    def asked_by(self) -> str:
        """Who asked for it, as people call them."""
        return self.key_name or self.by.name

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen unless somebody resumes it."""
        return self.state in jobs.OVER

    @property
    def seconds_left(self) -> float | None:
        """How long it will take at the present rate; None where that is not known."""
        if self.state is not JobState.RUNNING or self.total is None or not self.rate:
            return None
        return max(0, self.total - self.done) / self.rate


def named_jobs(session: Session, rows: Sequence[jobs.Job]) -> list[Job]:
    """Read rows, with the names of the keys that asked for them."""
    ids = {row.actor_id for row in rows if row.actor_kind == ActorKind.KEY.value and row.actor_id}
    names = keys.names_of(session, ids)
    found = [job_of(row) for row in rows]
    return [
        replace(each, key_name=names.get(each.by.id or 0))
        if each.by.kind is ActorKind.KEY
        else each
        for each in found
    ]


def named_job(session: Session, row: jobs.Job) -> Job:
    """Read a row, with the name of the key that asked for it."""
    return named_jobs(session, [row])[0]


def job_of(row: jobs.Job) -> Job:
    """Read a row; what was damaged on the disk is empty."""
    parameters, counts = _read(row.parameters), _read(row.counts)
    done, message = row.done, row.message
    if row.state == JobState.CANCELLED.value and not message:
        dry_run = bool(parameters.get("dry_run"))
        if said := said_of_ended(row.kind, counts, row.total, dry_run=dry_run):
            done, message = rows_of(counts), said  # and not how far it had looked ahead
    return Job(
        number=row.id,
        kind=row.kind,
        title=row.title,
        state=JobState(row.state) if row.state in list(JobState) else JobState.FAILED,
        wish=Wish(row.wish) if row.wish in list(Wish) else None,
        by=Actor(
            ActorKind.of(row.actor_kind) or ActorKind.NOBODY,
            row.actor,
            row.actor_id,
            address=row.address,
        ),
        parameters=parameters,
        folder=row.folder,
        place=_read(row.place),
        counts=counts,
        done=done,
        total=row.total,
        rate=row.rate,
        errors=row.errors,
        message=message,
        result=row.result,
        created_at=row.created_at,
        started_at=row.started_at,
        ended_at=row.ended_at,
        attempts=row.attempts,
    )


def _read(text: object) -> dict[str, Any]:
    try:
        found = json.loads(str(text))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
