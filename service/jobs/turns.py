"""What a job waits behind: work that runs, and what is before it in the order of turns."""

from dataclasses import dataclass

from catalog import jobs
from catalog.jobs import JobState
from catalog.models import now
from service.jobs.job import Job, named_jobs
from service.wiring import Services


@dataclass(frozen=True, slots=True)
class WaitsBehind:
    """What keeps a job waiting."""

    running: tuple[Job, ...]  # the oldest first; none: no worker is at work
    before: int  # jobs that wait, and come first


def waits_behind(job: Job, *, services: Services) -> WaitsBehind | None:
    """Return what a job waits behind; None where it does not wait for a worker."""
    if job.state is not JobState.QUEUED:
        return None
    with services.database.reading() as session:
        order = jobs.waiting(session, now())
        running = named_jobs(session, jobs.running(session))
    before = order.index(job.number) if job.number in order else 0
    return WaitsBehind(tuple(running), before)
