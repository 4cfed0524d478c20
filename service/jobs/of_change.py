"""Which job is at a change of the staff: until it is over the change is not undone."""

from catalog.jobs import UNDER_WAY
from service.errors import StillBeingDone
from service.jobs import keeping
from service.jobs.job import Job
from service.wiring import Services

_MOST = 1_000  # jobs under way that are looked at, the newest
_IN_PLACE = ("change", "number")  # under which kinds of jobs keep the change that they have begun
FOLLOW = "follow"
"""The parameter of an import's job that names the changes of words whose products follow in it."""


def job_at(change: int, *, services: Services) -> Job | None:
    """Return the job under way that makes a change, or that brings it back; None: there is none."""
    found = keeping.newest(_MOST, services=services, states=UNDER_WAY)
    return next((job for job in found if change in _changes_of(job)), None)


def refuse_while_done(change: int, *, services: Services) -> None:
    """Make sure that no job is at a change.

    Raises:
        StillBeingDone: one is, whether it runs, waits or rests.
    """
    job = job_at(change, services=services)
    if job is not None:
        raise StillBeingDone(change, job.number, f"{job.title or job.kind}, {job.state.value}")


def _changes_of(job: Job) -> set[object]:
    """Return the changes that it has begun, goes on or undoes."""
    begun = [job.place.get(name) for name in _IN_PLACE]
    of_words = (job.parameters.get(FOLLOW) or {}).values()
    every = (*begun, job.parameters.get("number"), *of_words)
    return {each for each in every if isinstance(each, int)}
