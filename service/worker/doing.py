"""Does one claimed job, and writes down what became of it, whatever that is."""

import errno
import logging
import os
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy.exc import DatabaseError

from catalog import jobs
from catalog.dialect.errors import DriverError
from catalog.jobs import JobState, Wish
from catalog.models import now
from embeddings.errors import DecodingBusy
from service.errors import CatalogueBusy, NotReady, ServiceError
from service.failures import what_went_wrong
from service.jobs.at_work import WRITE_S, JobAtWork, StepsBack, Wished, WorkerStops
from service.jobs.claiming import MOST_ATTEMPTS, JobLost, let_go
from service.jobs.files import drop_what_was_sent, folder_of
from service.jobs.job import Job
from service.jobs.kind import Kind, Outcome
from service.wiring import Services


class UnknownWork(ServiceError):
    """A job is of a kind that this version does not have: a newer worker beside it may."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"this version does not know the work '{kind}': run a newer one")


_AGAIN_S = 5.0  # after a failure that may pass; doubled with each that follows
_PASSES = (CatalogueBusy, NotReady, DecodingBusy, DatabaseError, DriverError, UnknownWork)
_UNKNOWN = "something went wrong on our side: the log of the server tells more"
_TRIES, _PAUSE_S = 5, 1.0  # to write down what became of it
_log = logging.getLogger(__name__)


def do(
    job: Job,
    claimed: str,
    *,
    kinds: Mapping[str, Kind],
    services: Services,
    stops: Callable[[], bool] = lambda: False,
    write_s: float = WRITE_S,
) -> None:
    """Do a job until it is done, interrupted or fails; only a kill leaves it to others.

    How far it is is written every `write_s` seconds, and what is wished of it read as often.
    Whatever goes wrong is written down and raised no further: a worker lives on.
    """
    at_work = JobAtWork(job, claimed, services=services, stops=stops, write_s=write_s)
    _log.info("job %d begins: %s %s", job.number, job.kind, job.title)
    try:
        state, message, values = _work(at_work, kinds, services)
        state = _write_down(at_work, state, message, values, services)
    except JobLost as lost:
        _log.warning("%s", lost)
        return
    except Exception:
        # It stays ours until its heartbeat is too old, and is then tried again.
        _log.exception("what became of job %d could not be written down", job.number)
        return
    _log.info("job %d is %s: %s", job.number, state.value, message)
    if state in jobs.SETTLED:
        drop_what_was_sent(job.folder, values.get("result"), services.settings)


_Ending = tuple[JobState, str, dict[str, Any]]


def _work(at_work: JobAtWork, kinds: Mapping[str, Kind], services: Services) -> _Ending:
    job = at_work.job
    kind = kinds.get(job.kind)
    if kind is None:
        return _failed(at_work, UnknownWork(job.kind), services)
    try:
        with at_work.beating():
            at_work.check()
            outcome = kind.run(services, at_work, at_work.tell)
    except (WorkerStops, StepsBack):
        return JobState.QUEUED, "", {"attempts": 0}
    except Wished as wished:
        cancelled = wished.wish is Wish.CANCEL
        return JobState.CANCELLED if cancelled else JobState.PAUSED, "", {"attempts": 0}
    except JobLost:
        raise
    except Exception as error:
        return _failed(at_work, error, services)
    return JobState.DONE, outcome.message, _values_of(outcome, at_work)


def _values_of(outcome: Outcome, at_work: JobAtWork) -> dict[str, Any]:
    return {
        "result": outcome.result,
        "counts": dict(outcome.counts),
        **at_work.ended(),
    }


def _failed(at_work: JobAtWork, error: Exception, services: Services) -> _Ending:
    """Say what a failure makes of a job: one that may pass is tried again, a few times."""
    job, attempts = at_work.job, max(1, at_work.attempts)  # the first one at this very place
    reason = _without_folders(what_went_wrong(error, names_only=True), job, services)
    if reason is None:
        _log.error("job %d failed", job.number, exc_info=error)
        return JobState.FAILED, _UNKNOWN, {}
    reason = reason.replace("run the same command again", "resume the job")
    full = isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
    if attempts < MOST_ATTEMPTS and (full or isinstance(error, _PASSES)):
        _log.warning("job %d is tried again: %s", job.number, reason)
        wait = timedelta(seconds=_AGAIN_S * 2 ** (attempts - 1))
        return JobState.QUEUED, reason, {"not_before": now() + wait, "attempts": attempts}
    _log.warning("job %d failed: %s", job.number, reason)
    return JobState.FAILED, reason, {}


def _without_folders(reason: str | None, job: Job, services: Services) -> str | None:
    """Leave out where things lie: whoever follows a job learns nothing of the machine."""
    home = services.settings.home.absolute()
    for folder in (folder_of(job.folder or "-", services.settings).absolute(), home):
        reason = reason and reason.replace(f"{folder}{os.sep}", "")
    return reason


def _write_down(
    at_work: JobAtWork,
    state: JobState,
    message: str,
    values: Mapping[str, Any],
    services: Services,
) -> JobState:
    """Write down what became of it, with some patience for a disk that is full or locked."""
    number, claimed = at_work.job.number, at_work.claimed
    left = _TRIES
    while True:
        try:
            return let_go(number, claimed, state, message, services=services, values=values)
        except (OSError, DatabaseError, DriverError, CatalogueBusy):
            left -= 1
            if not left:
                raise
            time.sleep(_PAUSE_S)
