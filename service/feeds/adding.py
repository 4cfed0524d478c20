"""Feeds added and changed: what may be said of one, on a page, in a command or by a program."""

import json
import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from catalog import feeds
from catalog.access.terms import ActorKind
from catalog.feeds import Feed
from catalog.models import now
from embeddings.files import names
from service.access.actor import Actor
from service.access.log import record
from service.errors import BadFeed
from service.feeds.keeping import Once, Which, each_time, named, options_of
from service.jobs.file_names import file_name
from service.wiring import Services

ENDINGS = ("csv", "tsv", "txt", "xml", "xlsx", "jsonl", "parquet", "zip")
_EVERY = re.compile("([1-9][0-9]{0,4})(m|h|d)")
_MINUTES = {"m": 1, "h": 60, "d": 1440}
_LEAST, _MOST = 5, feeds.MOST_MINUTES
_KIND = "'{}' does not tell what it is: say its format (--format), one of {}"


def minutes_of(text: str) -> int:
    """Read a time such as 6h. Raises: BadFeed."""
    found = _EVERY.fullmatch(text)
    minutes = int(found[1]) * _MINUTES[found[2]] if found else 0
    if not _LEAST <= minutes <= _MOST:
        raise BadFeed(f"a feed is read every 5m to 31d, as in 30m, 6h or 1d, got '{text[:20]}'")
    return minutes


def every_of(minutes: int) -> str:
    """Write so many minutes as `minutes_of` reads them."""
    unit = next(unit for unit in "dhm" if minutes % _MINUTES[unit] == 0)
    return f"{minutes // _MINUTES[unit]}{unit}"


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
    once: Once = each_time,
) -> int:
    """Add a feed, which is due at once; return its number.

    A file of this machine is named by somebody at the machine alone: any other could have it read
    what they may not see.

    Raises:
        BadFeed: the address may not be asked, or something else breaks a rule.
    """
    where = _checked(address, by, services)
    file = _file(where, ending)
    called = _name(name or urlsplit(where).hostname or file.rpartition(".")[0])

    def do(session: Session) -> str:
        _check_new(session, called)
        feed = Feed(
            name=called,
            address=where,
            every_minutes=every_minutes,
            withdraws=int(withdraws),
            options=json.dumps({**options, "file": file}),
        )
        session.add(feed)
        session.flush()
        record(session, by, "feed.add", called, f"every {every_of(every_minutes)}")
        return str(feed.id)

    with services.database.writing() as session:
        return int(once(session, lambda: do(session)))


def change(
    which: Which,
    *,
    name: str | None = None,
    address: str | None = None,
    ending: str | None = None,
    every_minutes: int | None = None,
    withdraws: bool | None = None,
    options: Mapping[str, Any] | None = None,
    by: Actor,
    services: Services,
) -> int:
    """Change what is said of a feed; None leaves it. Return its number.

    Of `options` those are changed that it has: `currency`, `encoding` and `map`. What has come by
    the feed stays known, also where its file lies at another address from now on.

    Raises:
        UnknownFeed: there is none.
        BadFeed: something breaks a rule.
    """
    where = None if address is None else _checked(address, by, services)
    called = None if name is None else _name(name)
    with services.database.writing() as session:
        feed = named(session, which)
        told = []
        if called is not None and called != feed.name:
            _check_new(session, called)
            told.append(f"name={called}")
        if where is not None and where != feed.address:
            feed.address = where
            _forget_file(feed)
            told.append("another address")
        if ending is not None or where is not None or options:
            told += _read_as(feed, ending, options or {})
        if every_minutes is not None and every_minutes != feed.every_minutes:
            feed.every_minutes = every_minutes
            feed.next_at = min(feed.next_at, now() + timedelta(minutes=every_minutes))
            told.append(f"every {every_of(every_minutes)}")
        if withdraws is not None and int(withdraws) != feed.withdraws:
            feed.withdraws = int(withdraws)
            told.append(f"withdraws={int(withdraws)}")
        if told:
            record(session, by, "feed.change", feed.name, " ".join(told))
        feed.name = called or feed.name
        return feed.id


def _read_as(feed: Feed, ending: str | None, options: Mapping[str, Any]) -> list[str]:
    """Change how a feed's file is read; return what is another now, for the log."""
    before = options_of(feed)
    kind = ending or str(before["file"]).rpartition(".")[2]
    after = {**before, **options, "file": _file(feed.address, ending, kind)}
    others = [name for name, value in after.items() if value != before.get(name)]
    if others:
        feed.options = json.dumps(after)
        _forget_file(feed)  # it is to be read in another way
    return [f"{name}={'another' if name == 'map' else after[name]}" for name in others]


def _forget_file(feed: Feed) -> None:
    """Have a feed's file read the next time, though it be the same."""
    feed.source_digest = feed.etag = feed.modified = None


def _name(said: str) -> str:
    called = names.clean(said)
    if fault := names.fault_of("name of a feed", called, feeds.LONGEST_NAME):
        raise BadFeed(fault)
    return called


def _check_new(session: Session, called: str) -> None:
    if feeds.feed_named(session, called) is not None:
        raise BadFeed(f"there is a feed '{called}' already: give this one another name (--name)")


def _file(where: str, ending: str | None, otherwise: str = "") -> str:
    """Return what a feed's file is called here; it ends in what it is. Raises: BadFeed."""
    file = file_name(urlsplit(where).path if "://" in where else where)
    stem, _, tells = file.rpartition(".")
    kinds = [each.lower() for each in (ending or "", tells, otherwise) if each]
    kind = next((each for each in kinds if each in ENDINGS), None)
    if kind is None or (ending and ending.lower() not in ENDINGS):
        raise BadFeed(_KIND.format(file, ", ".join(ENDINGS)))
    return f"{stem or file}.{kind}"


def _checked(address: str, by: Actor, services: Services) -> str:
    """Return where a feed lies: an address that may be asked, or the path of a file."""
    if "://" not in address:
        if by.kind is not ActorKind.COMMAND:
            raise BadFeed("a feed lies at an address such as https://supplier.example/feed.xml")
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
