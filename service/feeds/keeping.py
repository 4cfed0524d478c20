"""Feeds as people handle them: added, listed, read at once, removed; begun when due."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from catalog import feeds, jobs
from catalog.access.terms import ActorKind
from catalog.feeds import Feed
from catalog.models import now
from embeddings.files import names
from service.access.actor import Actor
from service.access.log import record
from service.errors import BadFeed
from service.jobs.files import file_name, new_folder
from service.jobs.job import Job, job_of
from service.jobs.keeping import create_within
from service.jobs.queue import ring
from service.wiring import Services

KIND = "feed"  # of the jobs that read feeds
ENDINGS = ("csv", "tsv", "txt", "xml", "xlsx", "jsonl", "parquet", "zip")
_EVERY = re.compile("([1-9][0-9]{0,4})(m|h|d)")
_MINUTES = {"m": 1, "h": 60, "d": 1440}
_LEAST, _MOST = 5, 31 * 1440
SCHEDULE = Actor(ActorKind.COMMAND, "schedule", address="worker")


@dataclass(frozen=True, slots=True)
class FeedState:
    """A feed, and how it stands."""

    name: str
    address: str
    every_minutes: int
    withdraws: bool
    next_at: datetime
    read_at: datetime | None
    products: int | None  # in its file when it was last read
    missing: int  # that came by it and are not in its file any more
    job: Job | None  # its last one


def minutes_of(text: str) -> int:
    """Read a time such as 6h. Raises: BadFeed."""
    found = _EVERY.fullmatch(text)
    minutes = int(found[1]) * _MINUTES[found[2]] if found else 0
    if not _LEAST <= minutes <= _MOST:
        raise BadFeed(f"a feed is read every 5m to 31d, as in 30m, 6h or 1d, got '{text[:20]}'")
    return minutes


def add(
    address: str,
    every_minutes: int,
    *,
    name: str | None,
    withdraws: bool,
    ending: str | None,
    options: Mapping[str, Any],
    by: Actor,
    services: Services,
) -> str:
    """Add a feed, which is due at once; return its name. Raises: BadFeed."""
    where = _checked(address, services)
    file = file_name(urlsplit(where).path if "://" in where else where)
    kind = (ending or file.rpartition(".")[2]).lower()
    if kind not in ENDINGS:
        raise BadFeed(
            f"'{file}' does not tell what it is: say --format, one of {', '.join(ENDINGS)}"
        )
    stem = file.rpartition(".")[0] or file
    called = names.clean(name or (urlsplit(where).hostname or stem))
    if fault := names.fault_of("name of a feed", called, feeds.LONGEST_NAME):
        raise BadFeed(fault)
    told = {**options, "file": f"{stem}.{kind}"}
    with services.database.writing() as session:
        if feeds.feed_named(session, called) is not None:
            raise BadFeed(f"there is a feed '{called}' already: name this one by --name")
        session.add(
            Feed(
                name=called,
                address=where,
                every_minutes=every_minutes,
                withdraws=int(withdraws),
                options=json.dumps(told),
            )
        )
        record(session, by, "feed.add", called, f"every {every_minutes} minutes")
    return called


def remove(name: str, *, by: Actor, services: Services) -> None:
    """Remove a feed; the products that came by it stay. Raises: BadFeed."""
    with services.database.writing() as session:
        feed = named(session, name)
        feeds.delete_feed(session, feed.id)
        record(session, by, "feed.remove", name)


def listed(*, services: Services) -> list[FeedState]:
    """Return every feed, by name."""
    with services.database.reading() as session:
        return [_state(session, feed) for feed in feeds.every_feed(session)]


def read_now(name: str, *, anyway: bool, by: Actor, services: Services) -> Job:
    """Have a feed read, though it is not due; `anyway` even if most of its products are gone.

    Raises:
        BadFeed: there is none of this name, or it is being read.
    """
    with services.database.writing() as session:
        feed = named(session, name)
        job = _begin(session, feed, services, by=by, anyway=anyway)
        if job is None:
            raise BadFeed(_why_not(session, feed))
    ring(job.number, services.settings)
    return job


def start_due(services: Services) -> list[Job]:
    """Have those feeds read that are due: one that was missed is read once."""
    with services.database.reading() as session:
        if not feeds.due_feeds(session, now()):
            return []
    with services.database.writing() as session:
        due = feeds.due_feeds(session, now())
        begun = [_begin(session, feed, services, by=SCHEDULE, anyway=False) for feed in due]
    started = [job for job in begun if job is not None]
    for job in started:
        ring(job.number, services.settings)
    return started


def named(session: Session, name: str) -> Feed:
    """Return a feed by its name. Raises: BadFeed."""
    feed = feeds.feed_named(session, name)
    if feed is None:
        raise BadFeed(f"there is no feed '{name[:60]}': lookalike feed list names them")
    return feed


def is_being_read(session: Session, feed: Feed) -> bool:
    """Return whether a feed's last job is under way, or rests."""
    last = None if feed.job is None else session.get(jobs.Job, feed.job)
    return last is not None and not job_of(last).is_over


def _begin(
    session: Session, feed: Feed, services: Services, *, by: Actor, anyway: bool
) -> Job | None:
    """Ask for a feed to be read, unless it is being read."""
    feed.next_at = now() + timedelta(minutes=feed.every_minutes)
    if is_being_read(session, feed):
        return None
    told = {**json.loads(feed.options), "feed": feed.id, "anyway": anyway}
    folder = new_folder(services.settings)
    job = create_within(session, KIND, told, by=by, title=feed.name, folder=folder)
    feed.job = job.number
    return job


def _why_not(session: Session, feed: Feed) -> str:
    last = session.get(jobs.Job, feed.job)
    if last is not None and last.state == jobs.JobState.PAUSED.value:
        return f"the feed '{feed.name}' rests: let its job {last.id} go on, or end it"
    return f"the feed '{feed.name}' is being read already"


def _state(session: Session, feed: Feed) -> FeedState:
    row = None if feed.job is None else session.get(jobs.Job, feed.job)
    return FeedState(
        feed.name,
        feed.address,
        feed.every_minutes,
        bool(feed.withdraws),
        feed.next_at,
        feed.read_at,
        feed.rows,
        feeds.count_missing(session, feed.id) if feed.withdraws else 0,
        None if row is None else job_of(row),
    )


def _checked(address: str, services: Services) -> str:
    """Return where a feed lies: an address that may be asked, or the path of a file."""
    if "://" not in address:
        path = Path(address).expanduser().resolve()
        if not path.is_file():
            raise BadFeed(f"there is no file '{address[:200]}', and it is no https:// address")
        return str(path)
    from service.fetching import NotHad, policy_of  # its library is loaded where it is needed

    policy = policy_of(services.settings)
    if policy is None:
        raise BadFeed("feeds are fetched from hosts that LOOKALIKE_FETCH_HOSTS names: set it first")
    try:
        policy.check(address)
    except NotHad as error:
        raise BadFeed(f"the feed cannot be fetched: {error}") from None
    return address
