"""Gets a feed's file into a job's folder: from its address, or from the disk."""

import hashlib
from concurrent.futures import wait
from dataclasses import dataclass
from pathlib import Path

from catalog.feeds import Feed
from service.errors import BadFeed
from service.jobs.files import check_room
from service.progress import Progress
from service.wiring import Services

_TOTAL_S = 1800.0  # for a file of gigabytes; all tries together, for others wait behind it
_SILENT_S = 60.0  # while a shop writes its export
_TRIES = 2
_BEAT_S = 1.0
_AT_ONCE = 2**20  # bytes of a copy, between two looks at whether to go on
_ROOM = 2**20  # bytes that may come between two beats, at least


@dataclass(frozen=True, slots=True)
class Got:
    """A feed's file, and by what the next one is told from it."""

    digest: str
    etag: str | None = None
    modified: str | None = None


def get_file(feed: Feed, into: Path, *, services: Services, progress: Progress) -> Got | None:
    """Get a feed's file; None if it is the one that was last read. What fails leaves no file.

    Raises:
        BadFeed: it cannot be had, or is too large.
        NoSpace: the disk has no room for it.
    """
    beside = into.with_name(f"{into.name}.part")
    try:
        if "://" in feed.address:
            got = _fetch(feed, beside, services, progress)
        else:
            got = _copy(feed, beside, services, progress)
        if got is None or got.digest == feed.source_digest:
            return None
        beside.replace(into)
        return got
    finally:
        beside.unlink(missing_ok=True)


def _copy(feed: Feed, into: Path, services: Services, progress: Progress) -> Got:
    """Copy it: whoever writes it may go on meanwhile."""
    most = services.settings.max_import_bytes
    try:
        size = Path(feed.address).stat().st_size
        if size > most:
            raise BadFeed(f"the file '{feed.address}' has {size} bytes, at most {most} are read")
        check_room(into.parent, size)
        digest = hashlib.sha256()
        with Path(feed.address).open("rb") as file, into.open("wb") as copy:
            while data := file.read(_AT_ONCE):
                progress(0, None)
                digest.update(data)
                copy.write(data)
        return Got(digest.hexdigest())
    except FileNotFoundError:
        raise BadFeed(f"the file '{feed.address}' is not there") from None


def _fetch(feed: Feed, into: Path, services: Services, progress: Progress) -> Got | None:
    from service.fetching import NotHad, Received, Validators, open_fetcher, policy_of

    settings = services.settings
    policy = policy_of(settings)
    if policy is None:
        raise BadFeed("feeds are fetched from hosts that LOOKALIKE_FETCH_HOSTS names: set it first")
    fetcher = open_fetcher(
        settings,
        policy,
        max_bytes=settings.max_import_bytes,
        read_s=_SILENT_S,
        grace_s=_SILENT_S + 5,
        total_s=_TOTAL_S,
        whole_s=_TOTAL_S,
        tries=_TRIES,
    )
    try:
        asked = fetcher.fetch(feed.address, into, Validators(feed.etag, feed.modified))
        check_room(into.parent, _ROOM)
        while not wait([asked], timeout=_BEAT_S).done:
            progress(0, None)
            check_room(into.parent, _ROOM)
        came = asked.result()
    except NotHad as error:
        raise BadFeed(f"the feed cannot be had: {error}") from None
    finally:
        fetcher.close()
    if not isinstance(came, Received):
        return None
    return Got(came.digest, came.validators.etag, came.validators.modified)
