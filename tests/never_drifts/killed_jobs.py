"""Kills real workers at random moments of every kind of job, and says what they left.

Some of the jobs are paused, resumed and cancelled meanwhile.
"""

import random
import time
from collections.abc import Callable
from contextlib import suppress

from catalog.jobs import JobState
from service.errors import WrongJobState
from service.jobs import keeping
from service.jobs.claiming import MOST_ATTEMPTS
from service.jobs.job import Job
from service.wiring import Services
from tests.never_drifts.killed import working
from tests.never_drifts.met import Met
from tests.never_drifts.works import ME, Work

_MOST_S = 600  # that one job may take
_WISHES = {"pause": 0.15, "cancel": 0.08}  # how often, of all kills
_AT_WORK = 0.75  # of all kills: not before the worker has the job
_FIRST_S = 0.3  # from a worker's beginning to the kill, at most, to begin with


def kill_workers(
    work: Work, kills: int, tell: Callable[[Met], None] = lambda _met: None, seed: int = 7
) -> Met:
    """Kill as many workers with SIGKILL while they do jobs of one kind; `tell` is told of each."""
    chance, met = random.Random(seed), Met(work.name)
    patience_s = _FIRST_S
    while met.kills < kills:
        number = work.ask()
        deadline = time.monotonic() + _MOST_S
        while not (job := keeping.get(number, services=work.services)).is_over:
            if time.monotonic() > deadline:
                met.hold(f"job {number}", {f"does not end: {job.state} {job.message}": False})
                return met
            if job.state is JobState.PAUSED:
                keeping.resume(number, by=ME, services=work.services)
            if met.kills == kills or job.attempts > MOST_ATTEMPTS - 2:
                with working(work.settings) as process:
                    process.join()
                continue
            after = _kill_one(work, job, chance, patience_s)
            # So that kills hit the work on any machine.
            patience_s *= 0.7 if after.is_over else 1.2
            met.killed(at_work=after.state is JobState.RUNNING)
            tell(met)
        met.hold(f"job {number}", work.checks(job))
    return met


def _kill_one(work: Work, job: Job, chance: random.Random, patience_s: float) -> Job:
    """Kill a worker at a random moment; give the job as it left it."""
    services, wished = work.services, chance.random()
    with working(work.settings) as process:
        if chance.random() < _AT_WORK:
            while process.is_alive() and _waits(job, services):
                time.sleep(0.005)
        time.sleep(chance.uniform(0, patience_s))
        with suppress(WrongJobState):  # it is over already
            if wished < _WISHES["pause"]:
                keeping.pause(job.number, by=ME, services=services)
            elif wished > 1 - _WISHES["cancel"] and work.may_be_cancelled:
                keeping.cancel(job.number, by=ME, services=services)
            if wished < _WISHES["pause"] / 3:
                keeping.resume(job.number, by=ME, services=services)
        time.sleep(chance.uniform(0, 0.03))
        process.kill()
        process.join()
    return keeping.get(job.number, services=services)


def _waits(job: Job, services: Services) -> bool:
    """Say whether no worker has begun a job since it was `job`."""
    return keeping.get(job.number, services=services).attempts == job.attempts
