"""A worker: takes jobs one after another, from the queue or from the rows themselves."""

import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from catalog import jobs
from catalog.schema import check_version
from service.feeds.beginning import start_due
from service.jobs.alive import forget_dead, living
from service.jobs.claiming import DEAD_AFTER, claim
from service.jobs.clearing import drop_what_was_left, remove_old
from service.jobs.queue import Queue, open_queue
from service.stock.forgetting import forget_past
from service.uploads.kept import Uploads
from service.wiring import Services

_LOOK_S = 5.0  # between two looks at the rows, which find what the queue does not tell of
_TROUBLE_S = 5.0  # after the catalogue or the queue could not be used
_CLEAR_S = 3600.0
_FEEDS_S = 20.0  # between two looks at which feeds are due
_PAST_S = 20.0  # between two steps of forgetting what can be undone no longer
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Duty:
    """What a worker does now and then, between two jobs."""

    every_s: float
    act: Callable[[Services], object]
    due: float = 0.0  # by `time.monotonic`; at once


class Worker:
    """Does jobs until it is told to stop."""

    def __init__(
        self,
        services: Services,
        *,
        queue: Queue | None = None,
        dead_after: timedelta = DEAD_AFTER,
        look_s: float = _LOOK_S,
    ) -> None:
        """Take the services; `queue` in place of that of the settings."""
        self._services = services
        self._queue = queue
        self._dead_after = dead_after
        self._look_s = look_s
        self._stopped = threading.Event()
        self._looked = float("-inf")
        self._duties = [
            Duty(_FEEDS_S, start_due),
            Duty(_PAST_S, _forget_past),
            Duty(_CLEAR_S, _clear_away),
        ]

    def stop(self) -> None:
        """End after the present step; callable from a signal's handler."""
        self._stopped.set()

    def run(self) -> None:
        """Do jobs until `stop`."""
        with living(self._services.settings) as name:
            while not self._stopped.is_set():
                self.turn(name)

    def run_until_idle(self) -> None:
        """Do the jobs that there are, and no others."""
        with living(self._services.settings) as name:
            while not self._stopped.is_set() and self._do_one(name, None):
                pass

    def turn(self, name: str) -> None:
        """Wait a moment for a job, and do it."""
        try:
            number = self._next_number()
            if self._stopped.is_set():
                return
            looks = time.monotonic() - self._looked >= self._look_s
            if number is not None or looks:
                self._looked = time.monotonic()
                while self._do_one(name, number) and not self._stopped.is_set():
                    number = None
                    self._do_duties()  # a long row of jobs keeps no feed from its hour
            self._do_duties()
        except Exception as error:  # locked, full, damaged, another version: all of it may pass
            _log.warning("no job could be looked for: %s", error)
            self._stopped.wait(_TROUBLE_S)

    def _next_number(self) -> int | None:
        try:
            if self._queue is None:
                self._queue = open_queue(self._services.settings)
            return self._queue.take()
        except Exception as error:  # of a library and its store; the rows are there
            self._queue = None
            _log.warning("the queue cannot be asked: %s", error)
            self._stopped.wait(self._look_s)
            return None

    def _do_one(self, name: str, first: int | None) -> bool:
        """Do one job, if there is one; return whether there was."""
        services = self._services
        if not services.settings.database.exists():
            return False  # opening it would make it
        with services.database.reading() as session:
            # One of an older release must not write to what a newer one has brought up to date.
            check_version(session.connection())
        claimed = claim(name, services=services, first=first, dead_after=self._dead_after)
        if claimed is None:
            return False
        # Here and not above: an idle worker loads no network's libraries.
        from service.jobs.kinds.known import KINDS
        from service.worker.doing import do

        job, claim_name = claimed
        do(job, claim_name, kinds=KINDS, services=services, stops=self._stopped.is_set)
        return True

    def _do_duties(self) -> None:
        if not self._services.settings.database.exists():
            return
        for duty in self._duties:
            if time.monotonic() >= duty.due:
                duty.due = time.monotonic() + duty.every_s
                duty.act(self._services)


def _forget_past(services: Services) -> None:
    forget_past(services=services)


def _clear_away(services: Services) -> None:
    settings = services.settings
    drop_what_was_left(services=services)
    remove_old(services=services)
    Uploads(settings.home, settings.max_import_bytes).sweep()
    if settings.fetched.is_dir():
        from service.fetching.spool import clear_abandoned  # its libraries only where there is need

        clear_abandoned(settings.fetched)
    with services.database.reading() as session:
        having = {str(row.worker).partition(".")[0] for row in jobs.running(session)}
    with suppress(OSError):
        forget_dead(having, settings)
