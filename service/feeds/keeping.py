"""Feeds as people handle them: added, listed, removed."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy.orm import Session

from catalog import feed_items, feeds, jobs
from catalog.feed_items import Missing
from catalog.feeds import Feed
from catalog.models import now
from catalog.staff_changes import StaffChange
from service.access.actor import Actor
from service.access.log import record
from service.errors import BadFeed, UnknownFeed
from service.jobs.file_names import file_name
from service.jobs.job import Job, job_of
from service.wiring import Services

Which: TypeAlias = str | int
"""A feed's name, as people call it, or its number."""

Once: TypeAlias = Callable[[Session, Callable[[], str]], str]
"""Does something within a transaction, or gives what it gave when it was asked for before."""

_MOST = 2**63 - 1  # a number that a row can have


def each_time(_session: Session, do: Callable[[], str]) -> str:
    """Do it, whether or not it was asked for before."""
    return do()


@dataclass(frozen=True, slots=True)
class FeedState:
    """A feed, and how it stands."""

    number: int
    name: str
    address: str
    every_minutes: int
    withdraws: bool
    next_at: datetime
    read_at: datetime | None
    products: int | None  # in its file when it was last read
    missing: int  # that came by it and are not in its file any more, and may be withdrawn
    kept: int  # of these a person said that they stay
    job: Job | None  # its last one
    withdrawal: Job | None  # the last job that withdraws what is missing
    withdrawn: int  # products that this has withdrawn, and nobody has brought back
    fault: str | None  # what of it was damaged on the disk, so that it cannot be read
    options: Mapping[str, Any] = field(default_factory=dict)  # how its file is read

    @property
    def is_due(self) -> bool:
        """Whether it is to be read as soon as a worker looks."""
        return self.next_at <= now()

    @property
    def is_at_work(self) -> bool:
        """Whether a job of its is to begin, or not over yet."""
        return self.is_due or any(job and not job.is_over for job in (self.job, self.withdrawal))

    @property
    def shown_address(self) -> str:
        """Its address for everybody's eyes: behind a ? there may be a key."""
        return self.address.split("?")[0]


def remove(which: Which, *, by: Actor, services: Services) -> None:
    """Remove a feed; the products that came by it stay. Raises: UnknownFeed."""
    with services.database.writing() as session:
        feed = named(session, which)
        feed_items.delete_feed(session, feed.id)
        record(session, by, "feed.remove", feed.name)


def listed(*, services: Services) -> list[FeedState]:
    """Return every feed, by name."""
    with services.database.reading() as session:
        return [state_of(session, feed) for feed in feeds.every_feed(session)]


def shown(which: Which, *, services: Services) -> FeedState:
    """Return one feed. Raises: UnknownFeed."""
    with services.database.reading() as session:
        return state_of(session, named(session, which))


def named(session: Session, which: Which) -> Feed:
    """Return a feed by its name or its number. Raises: UnknownFeed."""
    if isinstance(which, str):
        feed = feeds.feed_named(session, which)
    else:
        feed = session.get(Feed, which) if which <= _MOST else None
    if feed is None:
        told = f"'{which[:60]}'" if isinstance(which, str) else f"of the number {which}"
        raise UnknownFeed(f"there is no feed {told}: lookalike feed list names them")
    return feed


def options_of(feed: Feed) -> dict[str, Any]:
    """Return how a feed's file is to be read. Raises: BadFeed: that was damaged on the disk."""
    try:
        told = json.loads(str(feed.options))
        if isinstance(told, dict) and file_name(str(told["file"])) == told["file"]:
            return told
    except (ValueError, KeyError):
        pass
    raise BadFeed(
        f"how the feed '{feed.name}' is to be read was damaged on the disk: remove it and add it "
        "again; its products stay"
    )


def state_of(session: Session, feed: Feed) -> FeedState:
    """Return how a feed stands."""
    fault, options = None, dict[str, Any]()
    try:
        options = options_of(feed)
    except BadFeed as error:
        fault = str(error)
    withdrawal = job_numbered(session, feed.withdrawal)
    return FeedState(
        feed.id,
        feed.name,
        feed.address,
        feed.every_minutes,
        bool(feed.withdraws),
        feed.next_at,
        feed.read_at,
        feed.rows,
        feed_items.count_missing(session, feed.id) if feed.withdraws else 0,
        feed_items.count_missing(session, feed.id, Missing.KEPT) if feed.withdraws else 0,
        job_numbered(session, feed.job),
        withdrawal,
        _withdrawn_by(session, withdrawal),
        fault,
        options,
    )


def _withdrawn_by(session: Session, withdrawal: Job | None) -> int:
    """Count the products that a job has withdrawn, without those that an undo brought back."""
    if withdrawal is None:
        return 0
    number = withdrawal.place.get("number")
    change = session.get(StaffChange, number) if isinstance(number, int) else None
    undone = 0 if change is None else change.undone
    return max(0, withdrawal.counts.get("changed", 0) - undone)


def job_numbered(session: Session, number: int | None) -> Job | None:
    """Return one of a feed's jobs; those that were over long ago have gone."""
    row = None if number is None else session.get(jobs.Job, number)
    return None if row is None else job_of(row)
