"""Has feeds read: when they are due, or when somebody says so, and by one job at a time."""

import logging

from sqlalchemy.orm import Session

from catalog import feeds, jobs
from catalog.access.terms import ActorKind
from catalog.feeds import Feed
from catalog.jobs import JobState
from catalog.models import now
from service.access.actor import Actor
from service.errors import BadFeed
from service.feeds.keeping import Once, Which, each_time, job_numbered, named, options_of
from service.jobs.files import drop_folder, new_folder
from service.jobs.job import Job
from service.jobs.keeping import create_within, get
from service.jobs.queue import ring
from service.wiring import Services

KIND = "feed"  # of the jobs that read feeds
SCHEDULE = Actor(ActorKind.COMMAND, "schedule", address="worker")
_log = logging.getLogger(__name__)


def read_now(
    which: Which, *, anyway: bool, by: Actor, services: Services, once: Once = each_time
) -> Job:
    """Have a feed read, though it is not due; `anyway` even if most of its products are gone.

    Raises:
        UnknownFeed: there is none.
        BadFeed: a job is at it.
        UnknownJob: it was asked for before, and the job of then was removed since.
    """
    spent = None

    def do() -> str:
        nonlocal spent
        feed = named(session, which)
        check_free(session, feed)
        begun, spent = _begin(session, feed, services, by=by, anyway=anyway)
        return str(begun.number)

    with services.database.writing() as session:
        number = int(once(session, do))
    job = get(number, services=services)
    drop_folder(spent, services.settings)
    ring(job.number, services.settings)
    return job


def start_due(services: Services) -> list[Job]:
    """Have those feeds read that are due: one that was missed is read once.

    One that a job is at, or that was damaged on the disk, keeps no other from being read.
    """
    with services.database.reading() as session:
        if not feeds.due_feeds(session, now()):
            return []
    begun = []
    with services.database.writing() as session:
        for feed in feeds.due_feeds(session, now()):
            _put_off(feed)
            try:
                check_free(session, feed)
                begun.append(_begin(session, feed, services, by=SCHEDULE, anyway=False))
            except BadFeed as error:
                _log.warning("a feed that is due is not read: %s", error)
    for job, spent in begun:
        drop_folder(spent, services.settings)
        ring(job.number, services.settings)
    return [job for job, _ in begun]


def check_free(session: Session, feed: Feed) -> None:
    """Make sure that no job is at a feed: a reading, or the withdrawal of what is missing.

    Beside a reading, what is missing may be in the file again; and beside a withdrawal, a reading
    may find as it should be what goes in the next moment, and would not bring it again.

    Raises:
        BadFeed: one is, or rests until somebody resumes it.
    """
    check_not_read(session, feed)
    check_not_withdrawn(session, feed)


def check_not_withdrawn(session: Session, feed: Feed) -> None:
    """Make sure that nothing is being withdrawn of a feed. Raises: BadFeed."""
    _check_over(session, feed, feed.withdrawal, "has what is missing withdrawn already")


def check_not_read(session: Session, feed: Feed) -> None:
    """Make sure that a feed is not being read. Raises: BadFeed."""
    _check_over(session, feed, feed.job, "is being read already")


def _check_over(session: Session, feed: Feed, number: int | None, what: str) -> None:
    job = job_numbered(session, number)
    if job is None or job.is_over:
        return
    if job.state is JobState.PAUSED:
        raise BadFeed(f"the feed '{feed.name}' rests: let its job {number} go on, or end it")
    raise BadFeed(f"the feed '{feed.name}' {what}, by the job {number}")


def _begin(
    session: Session, feed: Feed, services: Services, *, by: Actor, anyway: bool
) -> tuple[Job, str | None]:
    """Ask for a feed to be read, which no job is at; give the folder too that is of no use now.

    What came of the reading before is told by its message: its files and lines go, of which a feed
    that fails, or has rows refused, would have more with each reading.

    Raises:
        BadFeed: it was damaged on the disk.
    """
    told = {**options_of(feed), "feed": feed.id, "anyway": anyway}
    _put_off(feed)
    spent = None if feed.job is None else jobs.spend(session, feed.job)
    folder = new_folder(services.settings)
    job = create_within(session, KIND, told, by=by, title=feed.name, folder=folder)
    feed.job = job.number
    return job, spent


def _put_off(feed: Feed) -> None:
    """Let a feed be due once its time is over again."""
    feed.next_at = now() + feeds.every(feed)
