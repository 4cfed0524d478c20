"""Feeds as people handle them: added, listed, removed."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from catalog import feed_items, feeds, jobs
from catalog.feed_items import Missing
from catalog.feeds import Feed
from embeddings.files import names
from service.access.actor import Actor
from service.access.log import record
from service.errors import BadFeed
from service.jobs.file_names import file_name
from service.jobs.job import Job, job_of
from service.wiring import Services

ENDINGS = ("csv", "tsv", "txt", "xml", "xlsx", "jsonl", "parquet", "zip")
_EVERY = re.compile("([1-9][0-9]{0,4})(m|h|d)")
_MINUTES = {"m": 1, "h": 60, "d": 1440}
_LEAST, _MOST = 5, 31 * 1440


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
    missing: int  # that came by it and are not in its file any more, and may be withdrawn
    kept: int  # of these a person said that they stay
    job: Job | None  # its last one
    withdrawal: Job | None  # the last job that withdraws what is missing
    fault: str | None  # what of it was damaged on the disk, so that it cannot be read


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
        feed_items.delete_feed(session, feed.id)
        record(session, by, "feed.remove", name)


def listed(*, services: Services) -> list[FeedState]:
    """Return every feed, by name."""
    with services.database.reading() as session:
        return [state_of(session, feed) for feed in feeds.every_feed(session)]


def named(session: Session, name: str) -> Feed:
    """Return a feed by its name. Raises: BadFeed."""
    feed = feeds.feed_named(session, name)
    if feed is None:
        raise BadFeed(f"there is no feed '{name[:60]}': lookalike feed list names them")
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
    fault = None
    try:
        options_of(feed)
    except BadFeed as error:
        fault = str(error)
    return FeedState(
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
        job_numbered(session, feed.withdrawal),
        fault,
    )


def job_numbered(session: Session, number: int | None) -> Job | None:
    """Return one of a feed's jobs; those that were over long ago have gone."""
    row = None if number is None else session.get(jobs.Job, number)
    return None if row is None else job_of(row)


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
