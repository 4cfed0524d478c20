"""Background work as rows: who asked for what, how far it is, who is at it, and its lines."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    ForeignKey,
    Index,
    Text,
    case,
    delete,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from catalog.damaged_cells import SoundFloat, SoundInteger, SoundText, UtcDateTime
from catalog.dialect.tables import NEVER_REUSED, insert_rows
from catalog.models import Base, Sealed, now

LONGEST_MESSAGE = 1_000
LONGEST_TITLE = 200
LONGEST_WAIT = timedelta(minutes=5)
"""Before a job is tried again; what says more was written by a clock that is set back since."""

_CHUNK = 1_000
_CHECK = '"dry_run": true'  # as `parameters` have it; a quote within a text is escaped there
_LONGEST_SKU = 64


class JobState(StrEnum):
    """Where a job stands."""

    QUEUED = "queued"  # waits for a worker
    RUNNING = "running"
    PAUSED = "paused"  # until somebody resumes it
    CANCELLED = "cancelled"
    FAILED = "failed"  # and can be resumed once the reason is mended
    DONE = "done"


OVER = (JobState.CANCELLED, JobState.FAILED, JobState.DONE)
SETTLED = (JobState.CANCELLED, JobState.DONE)  # for good: nobody resumes one
UNDER_WAY = tuple(state for state in JobState if state not in OVER)


class Wish(StrEnum):
    """What somebody wants of a job that runs; its worker heeds it at its next step."""

    PAUSE = "pause"
    CANCEL = "cancel"


class LineKind(StrEnum):
    """What a line of a job is."""

    ERROR = "error"  # what did not go in, or could not be read
    NOTE = "note"  # what was done otherwise than one may think
    BROUGHT = "brought"  # a product that is new by it, or changed


class Job(Sealed, Base):
    """One piece of background work. The row is the truth; a queue only says that there is one."""

    __tablename__ = "job"
    __table_args__ = (Index("ix_job_state_id", "state", "id"), NEVER_REUSED)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(SoundText(32))
    title: Mapped[str] = mapped_column(SoundText(LONGEST_TITLE))  # what it is of, for people
    state: Mapped[str] = mapped_column(SoundText(16), default=JobState.QUEUED.value)
    wish: Mapped[str | None] = mapped_column(SoundText(16))
    actor_kind: Mapped[str] = mapped_column(SoundText(16))
    actor_id: Mapped[int | None] = mapped_column(SoundInteger)  # no key: who has gone stays named
    actor: Mapped[str] = mapped_column(SoundText(64))
    address: Mapped[str] = mapped_column(SoundText(64), default="")
    parameters: Mapped[str] = mapped_column(Text, default="{}")  # JSON: what was asked for
    folder: Mapped[str | None] = mapped_column(SoundText(64))  # of its files, in the home
    place: Mapped[str] = mapped_column(Text, default="{}")  # JSON: where to go on
    counts: Mapped[str] = mapped_column(Text, default="{}")  # JSON: what came of it so far
    done: Mapped[int] = mapped_column(SoundInteger(0), default=0)
    total: Mapped[int | None] = mapped_column(SoundInteger)  # None: not known
    rate: Mapped[float | None] = mapped_column(SoundFloat)  # of `done`, a second
    errors: Mapped[int] = mapped_column(SoundInteger(0), default=0)  # lines that are errors
    message: Mapped[str] = mapped_column(SoundText(LONGEST_MESSAGE), default="")
    result: Mapped[str | None] = mapped_column(SoundText(200))  # a file of its folder
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # at first
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    not_before: Mapped[datetime | None] = mapped_column(UtcDateTime)  # then it is tried again
    beaten_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # its worker's last heartbeat
    worker: Mapped[str | None] = mapped_column(SoundText(64))  # who has it, anew with each claim
    # How often it was begun since it last came further; a job that kills its workers ends so.
    attempts: Mapped[int] = mapped_column(SoundInteger(0), default=0)


class JobLine(Sealed, Base):
    """What a job has to tell of one line of its source."""

    __tablename__ = "job_line"
    __table_args__ = (Index("ix_job_line_job_id_kind_line", "job_id", "kind", "line"), NEVER_REUSED)

    id: Mapped[int] = mapped_column(primary_key=True)
    job_id: Mapped[int] = mapped_column(SoundInteger(0), ForeignKey("job.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(SoundText(8))
    line: Mapped[int] = mapped_column(SoundInteger(0))
    sku: Mapped[str] = mapped_column(SoundText(_LONGEST_SKU))
    message: Mapped[str] = mapped_column(Text)
    cells: Mapped[str] = mapped_column(Text, default="{}")  # JSON: the row as it came


@dataclass(frozen=True, slots=True)
class NewLine:
    """A line to be written down."""

    kind: LineKind
    line: int
    sku: str
    message: str
    cells: str = "{}"


def find(session: Session, number: int) -> Job | None:
    """Give a job."""
    return session.get(Job, number, populate_existing=True)


def page(
    session: Session,
    most: int,
    *,
    before: int | None = None,
    states: Collection[JobState] = (),
    kinds: Collection[str] = (),
) -> Sequence[Job]:
    """Give the newest jobs, older than the one numbered `before`; of all states, unless named."""
    query = select(Job).order_by(Job.id.desc()).limit(most)
    if before is not None:
        query = query.where(Job.id < before)
    if states:
        query = query.where(Job.state.in_([each.value for each in states]))
    if kinds:
        query = query.where(Job.kind.in_(kinds))
    return session.scalars(query).all()


def waiting(session: Session, at: datetime) -> list[int]:
    """Return the numbers of the jobs that wait for a worker at an instant, in their order.

    That is by when they were asked for or last at work: who steps back is before all to come.
    """
    # One to come was told by a clock that was set back since.
    since = case((Job.beaten_at <= at, Job.beaten_at), else_=Job.created_at)
    query = select(Job.id).where(*_waits(at)).order_by(since, Job.id)
    return list(session.scalars(query))


def others_wait(session: Session, kind: str, at: datetime, *, checks: bool = False) -> bool:
    """Return whether work of another kind waits, as what only `checks` is than what does it."""
    # Not by the functions for JSON: they fail all for one row that was damaged on the disk.
    is_check = Job.parameters.contains(_CHECK, autoescape=True)
    other = or_(Job.kind != kind, ~is_check if checks else is_check)
    return session.scalar(select(Job.id).where(*_waits(at), other).limit(1)) is not None


def _waits(at: datetime) -> tuple[ColumnElement[bool], ...]:
    due = or_(Job.not_before.is_(None), Job.not_before <= at, Job.not_before > at + LONGEST_WAIT)
    return Job.state == JobState.QUEUED.value, due


def running(session: Session) -> Sequence[Job]:
    """Give the jobs that workers have, or had when they died."""
    query = select(Job).where(Job.state == JobState.RUNNING.value).order_by(Job.id)
    return session.scalars(query).all()


def change(
    session: Session,
    number: int,
    values: Mapping[str, Any],
    *,
    state: JobState,
    worker: str | None = None,
) -> bool:
    """Change a job only if it is in a state and with a worker; say whether it was."""
    query = update(Job).where(Job.id == number, Job.state == state.value)
    query = query.where(Job.worker.is_(None) if worker is None else Job.worker == worker)
    found = session.execute(query.values(**values).execution_options(synchronize_session=False))
    return cast("CursorResult[Any]", found).rowcount == 1


def add_lines(session: Session, number: int, lines: Sequence[NewLine]) -> None:
    """Write lines of a job down."""
    insert_rows(
        session,
        JobLine.__table__,  # type: ignore[arg-type]  # it is a table, whatever its type says
        [
            {
                "job_id": number,
                "kind": each.kind.value,
                "line": each.line,
                "sku": each.sku[:_LONGEST_SKU],
                "message": each.message,
                "cells": each.cells,
            }
            for each in lines
        ],
    )


def lines(
    session: Session, number: int, kind: LineKind, *, most: int | None = None
) -> Iterator[JobLine]:
    """Give a job's lines as a stream, in the order of its source, few in memory at a time."""
    query = select(JobLine).where(JobLine.job_id == number, JobLine.kind == kind.value)
    query = query.order_by(JobLine.line, JobLine.id).limit(most)
    for each in session.scalars(query.execution_options(yield_per=_CHUNK)):
        yield each
        session.expunge(each)


def ended_before(session: Session, at: datetime) -> Sequence[Job]:
    """Give the jobs that were over before an instant."""
    states = [each.value for each in OVER]
    return session.scalars(select(Job).where(Job.state.in_(states), Job.ended_at < at)).all()


def spend(session: Session, number: int) -> str | None:
    """Let a job that is over, and that another has followed, have no lines and no files.

    Return the folder of its files, which is nobody's from now on.
    """
    row = find(session, number)
    if row is None:
        return None
    session.execute(delete(JobLine).where(JobLine.job_id == number))
    folder, row.folder, row.errors, row.result = row.folder, None, 0, None
    return folder


def remove(session: Session, numbers: Collection[int]) -> None:
    """Delete jobs with their lines."""
    session.execute(delete(JobLine).where(JobLine.job_id.in_(numbers)))
    session.execute(delete(Job).where(Job.id.in_(numbers)))
