"""A job that this process is at: what its work reads, and how it writes down how far it is."""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from catalog.errors import BadSource
from catalog.jobs import LineKind, NewLine, Wish, others_wait
from catalog.models import now
from service.jobs.claiming import JobLost, beat, keep
from service.jobs.files import folder_of
from service.jobs.job import MOST_ERRORS, Job
from service.jobs.pace import Pace
from service.progress import Interrupted
from service.wiring import Services

_BEAT_S = 5.0
TURN_S = 20.0
"""How long a job works before it lets those of other kinds go first."""

_LOOK_S = 2.0  # between two looks at whether any wait
WRITE_S = 1.0
"""Between two writes of how far it is that no transaction takes along."""

_log = logging.getLogger(__name__)


class WorkerStops(Interrupted):
    """The worker was told to stop; another goes on."""


class StepsBack(Interrupted):
    """Work of another kind waits: it has its turn, and this goes on after it."""


class Wished(Interrupted):
    """Somebody wants the job paused or cancelled."""

    def __init__(self, wish: Wish) -> None:
        super().__init__(wish.value)
        self.wish = wish


class JobAtWork:
    """A claimed job. Use `beating` around its work, which is handed `tell` as its progress."""

    def __init__(
        self,
        job: Job,
        claimed: str,
        *,
        services: Services,
        stops: Callable[[], bool],
        write_s: float = WRITE_S,
        most_errors: int = MOST_ERRORS,
    ) -> None:
        """Take a job by its claim; `stops` says whether the worker was told to stop.

        How far it is is written every `write_s` seconds where no transaction takes it along. Of
        what it refuses it keeps so many lines, and counts the others.
        """
        self.job = job
        self.claimed = claimed
        self.place: Mapping[str, Any] = job.place
        self.counts: Mapping[str, int] = job.counts
        self.errors = job.errors
        self.attempts = job.attempts  # that came no further, this one among them
        self._services = services
        self._stops = stops
        self._done, self._total = job.done, job.total
        self._furthest = job.done  # work that counts anew at each attempt was there before
        self._write_s = write_s
        self._most_errors = most_errors
        self._wish: Wish | None = None
        self._lost = False
        self._pace = Pace()
        self._written = self._looked = time.monotonic()
        # Since it was claimed. What has not would begin anew each time, and what takes as long to
        # begin as a turn would do one step in each: so its turn begins with its first step.
        self._went_on = False
        self._began = self._written

    @property
    def parameters(self) -> Mapping[str, Any]:
        """What was asked for."""
        return self.job.parameters

    @property
    def folder(self) -> Path:
        """Where its files lie. Raises: BadSource: it has none, or they are gone."""
        path = folder_of(self.job.folder or "-", self._services.settings)
        if not path.is_dir():
            raise BadSource(
                "the files of this job are gone, as after a restore: no backup holds them. "
                "Ask for it anew"
            )
        return path

    def keep(
        self,
        session: Session,
        *,
        place: Mapping[str, Any],
        counts: Mapping[str, int] | None = None,
        done: int | None = None,
        lines: Sequence[NewLine] = (),
    ) -> None:
        """Write down where to go on, in the very transaction that goes there.

        Raises:
            JobLost: another worker has the job; the transaction must not be committed.
        """
        values = self._values() | {"place": place}
        if done is not None:
            values |= {"done": done, "attempts": 0}
            self.attempts = 0
        if counts is not None:
            values["counts"] = counts
        room = max(0, self._most_errors - self.errors)
        wrong = [each for each in lines if each.kind is LineKind.ERROR]
        if len(wrong) > room:  # they are counted, and no longer kept: a file may have millions
            lines = [*wrong[:room], *(each for each in lines if each.kind is not LineKind.ERROR)]
        errors = self.errors + len(wrong)
        values["errors"] = errors
        wish = keep(session, self.job.number, self.claimed, values, lines)
        self.place, self.counts, self.errors = place, counts or self.counts, errors
        self._wish, self._written = wish, time.monotonic()
        if done is not None and not self._went_on:
            self._went_on, self._began = True, time.monotonic()

    def save(
        self,
        *,
        place: Mapping[str, Any],
        counts: Mapping[str, int] | None = None,
        done: int | None = None,
        lines: Sequence[NewLine] = (),
    ) -> None:
        """Do the same in a transaction of its own. Raises: JobLost."""
        with self._services.database.writing() as session:
            self.keep(session, place=place, counts=counts, done=done, lines=lines)

    def tell(self, done: int, total: int | None) -> None:
        """Note how far it is, between two steps; this is the job's `Progress`.

        Raises:
            Interrupted: the work is to end here.
            JobLost: another worker has the job.
        """
        moved = done > self._furthest
        self._furthest = max(done, self._furthest)
        self._done, self._total = done, total
        self._pace.note(done)
        if time.monotonic() - self._written >= self._write_s:
            if moved:
                self.attempts = 0
            values = self._values() | {"attempts": self.attempts}
            with self._services.database.writing() as session:
                self._wish = keep(session, self.job.number, self.claimed, values)
            self._written = time.monotonic()
        self.check()
        self._give_way()

    def check(self) -> None:
        """Make sure that the work is to go on. Raises: Interrupted, JobLost."""
        if self._lost:
            raise JobLost(f"another worker has the job {self.job.number} now")
        if self._wish is not None:
            raise Wished(self._wish)
        if self._stops():
            raise WorkerStops("the worker was told to stop")

    def _give_way(self) -> None:
        """Step back once it has had its turn, where others wait. Raises: StepsBack."""
        at = time.monotonic()
        if not self._went_on or at - self._began < TURN_S or at - self._looked < _LOOK_S:
            return
        self._looked = at
        with self._services.database.reading() as session:
            checks = bool(self.parameters.get("dry_run"))
            if others_wait(session, self.job.kind, now(), checks=checks):
                raise StepsBack("work of another kind waits")

    @contextmanager
    def beating(self) -> Iterator[None]:
        """Say every few seconds that this worker lives, whatever its work does meanwhile."""
        over = threading.Event()
        thread = threading.Thread(target=self._beat, args=[over], name="heartbeat", daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def ended(self) -> dict[str, Any]:
        """Give how far it came, to be written down with what became of it."""
        return {"done": self._done, "total": self._total, "errors": self.errors}

    def _beat(self, over: threading.Event) -> None:
        while not over.wait(_BEAT_S):
            try:
                self._wish = beat(self.job.number, self.claimed, services=self._services)
            except JobLost:
                self._lost = True
                return
            except Exception as error:  # whatever keeps it from writing may pass
                _log.warning("no heartbeat of job %d could be written: %s", self.job.number, error)

    def _values(self) -> dict[str, Any]:
        return {"done": self._done, "total": self._total, "rate": self._pace.rate}
