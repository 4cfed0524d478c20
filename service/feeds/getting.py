"""Gets a feed's file into a job's folder: from its address, or from the disk."""

import hashlib
import shutil
from concurrent.futures import wait
from dataclasses import dataclass
from pathlib import Path

from catalog.feeds import Feed
from service.errors import BadFeed
from service.progress import Progress
from service.wiring import Services

_TOTAL_S = 1800.0  # for a file of gigabytes; all tries together, for others wait behind it
_SILENT_S = 60.0  # while a shop writes its export
_TRIES = 2
_BEAT_S = 1.0


@dataclass(frozen=True, slots=True)
class Got:
    """A feed's file, and by what the next one is told from it."""

    digest: str
    etag: str | None = None
    modified: str | None = None


def get_file(feed: Feed, into: Path, *, services: Services, progress: Progress) -> Got | None:
    """Get a feed's file; None if it is the one that was last read.

    Raises:
        BadFeed: it cannot be had.
    """
    beside = into.with_name(f"{into.name}.part")
    if "://" in feed.address:
        got = _fetch(feed, beside, services, progress)
    else:
        try:
            shutil.copyfile(feed.address, beside)
        except FileNotFoundError:
            raise BadFeed(f"the file '{feed.address}' is not there") from None
        with beside.open("rb") as file:
            got = Got(hashlib.file_digest(file, "sha256").hexdigest())
    if got is None or got.digest == feed.source_digest:
        beside.unlink(missing_ok=True)
        return None
    beside.replace(into)
    return got


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
        while not wait([asked], timeout=_BEAT_S).done:
            progress(0, None)
        came = asked.result()
    except NotHad as error:
        raise BadFeed(f"the feed cannot be had: {error}") from None
    finally:
        fetcher.close()
    if not isinstance(came, Received):
        return None
    return Got(came.digest, came.validators.etag, came.validators.modified)
