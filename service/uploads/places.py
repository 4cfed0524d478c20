"""How many files may wait as jobs, so that nobody who may send some takes the whole disk."""

from sqlalchemy.orm import Session

from catalog import job_files, jobs
from catalog.jobs import JobState
from service.access.actor import Actor
from service.errors import ServerBusy
from service.wording import counted

MOST, MOST_OF_ONE = 50, 25
KINDS = ("import", "tag")  # of the jobs that take files
_HOLD_FILES = (*jobs.UNDER_WAY, JobState.FAILED)  # a job that failed may be resumed


def check_places(session: Session, by: Actor) -> None:
    """Make sure that one more file may become a job.

    Raises:
        ServerBusy: so many wait already, of all or of whoever asks, that others must go first.
    """
    every = job_files.count_by_actor(session, KINDS, _HOLD_FILES)
    mine = every.get((by.kind.value, by.id), 0)
    if mine >= MOST_OF_ONE:
        raise ServerBusy(
            f"{counted(mine, 'file')} of {by.name} wait as jobs or failed: "
            "let them go on, or end them"
        )
    if (number := sum(every.values())) >= MOST:
        raise ServerBusy(
            f"{counted(number, 'file')} wait as jobs or failed: let them go on, or end them"
        )
