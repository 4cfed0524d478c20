"""`feed`: a feed's file is fetched, looked at whether it is whole, and imported."""

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from catalog import feed_items, jobs
from catalog.feed_items import LONGEST_SKU
from catalog.feeds import Feed
from catalog.jobs import LineKind
from catalog.models import now
from embeddings.files import names
from service.errors import BadFeed
from service.feeds.beginning import KIND as NAME
from service.feeds.beginning import check_not_withdrawn
from service.feeds.getting import get_file
from service.feeds.keeping import options_of as said_of
from service.importing.opening import open_source
from service.importing.report import RowError
from service.importing.row import Row
from service.importing.source import Source
from service.importing.spelling import as_known
from service.jobs.at_work import JobAtWork
from service.jobs.kind import Kind, Outcome
from service.jobs.kinds.importing import FILE, options_of
from service.jobs.kinds.importing import KIND as IMPORT
from service.progress import Beat, Progress
from service.wiring import Services
from service.wording import counted

_PERCENT = 100


def _run(services: Services, job: JobAtWork, progress: Progress) -> Outcome:
    """Fetch once, import from where it was, and note what is missing in one transaction."""
    feed = _feed(job, services)
    path = job.folder / Path(str(job.parameters[FILE])).name
    if "digest" not in job.place:
        got = get_file(feed, path, services=services, progress=progress)
        if got is None:
            return Outcome("its file has not changed since it was last read")
        told = {
            "digest": got.digest,
            "etag": got.etag,
            "modified": got.modified,
            "address": feed.address,
        }
        job.save(place=told)
    rows = _rows(path, job.parameters, services, partial(progress, job.job.done, job.job.total))
    _check_whole(feed, len(rows), services, anyway=bool(job.parameters.get("anyway")))
    outcome = IMPORT.run(services, job, progress)
    with services.database.writing() as session:
        missing = _note(session, feed.id, rows, outcome.counts, job)
        job.keep(session, place={**job.place, "noted": True})
    if not missing:
        return outcome
    # What holds of the file holds on: what is missing is looked up whenever it is asked for.
    message = f"{outcome.message}; {counted(missing, 'product')} of before not in it"
    return Outcome(message, {**outcome.counts, "missing": missing})


def _feed(job: JobAtWork, services: Services) -> Feed:
    with services.database.reading() as session:
        feed = session.get(Feed, job.parameters.get("feed"))
        if feed is None:
            raise BadFeed("the feed was removed")
        if feed.job != job.job.number:  # one that failed, resumed over what is newer
            raise BadFeed("the feed was read again since: have it read anew")
        check_not_withdrawn(session, feed)  # since this job failed, before it was resumed
        session.expunge(feed)
        return feed


def _rows(
    path: Path, parameters: Mapping[str, Any], services: Services, beat: Beat
) -> Counter[str]:
    """Count the rows of each SKU of a file, those also that break another rule."""
    settings = services.settings
    found: Counter[str] = Counter()

    def whole(source: Source) -> Iterator[Row]:
        for row in source.rows():
            beat()
            if isinstance(row, Row):
                yield row
            elif isinstance(row, RowError):  # what it names is not missing
                found[row.sku] += 1

    with open_source(path, options_of(parameters), settings.max_upload_bytes) as source:
        for row in as_known(whole(source), services=services):
            if isinstance(row, Row):
                found[row.sku] += 1
    named: Counter[str] = Counter()
    for sku, rows in found.items():
        if 0 < len(sku) <= LONGEST_SKU:  # what is not read of it, as lines of refused rows have it
            named[names.printable(sku)[:LONGEST_SKU]] += rows
    return named


def _check_whole(feed: Feed, products: int, services: Services, *, anyway: bool) -> None:
    """Refuse a file that was cut off, or is of an empty shop. Raises: BadFeed."""
    least = services.settings.feed_least
    if anyway:
        return
    if not products:
        raise BadFeed("its file names no product: nothing was changed")
    if feed.rows and products * _PERCENT < feed.rows * least:
        raise BadFeed(
            f"its file has {counted(products, 'product')} after {feed.rows:,}, under {least} %: "
            f"nothing was changed. If that is right, have it read anyway (--anyway)"
        )


def _note(
    session: Session, number: int, rows: Counter[str], counts: Mapping[str, int], job: JobAtWork
) -> int:
    """Note what a feed has brought; return how many products are missing and to be withdrawn."""
    feed = session.get(Feed, number)
    if feed is None:
        return 0
    # Of a SKU that is there several times, one row may have gone in: that is one that was brought.
    spelled = feed_items.merged_spellings(session, rows.keys(), names.key)
    errors = Counter(line.sku for line in jobs.lines(session, job.job.number, LineKind.ERROR))
    refused = {sku for sku, lost in errors.items() if lost >= rows[sku]}
    named = {spelled.get(sku, sku) for sku in rows}
    feed_items.note_items(session, number, named, refused)
    feed.rows, feed.read_at = len(rows), now()
    # What was refused may go in the next time, though the file be the same; and what was found as
    # it should be, and went before the end, is to come again.
    whole = not counts.get("refused") and not feed_items.count_gone(session, number, refused)
    known = job.place if whole and _is_as_read(feed, job) else {}
    feed.source_digest = known.get("digest")
    feed.etag = known.get("etag")
    feed.modified = known.get("modified")
    session.flush()
    return feed_items.count_missing(session, number) if feed.withdraws else 0


def _is_as_read(feed: Feed, job: JobAtWork) -> bool:
    """Return whether the feed is read there, and so, as this job did: it may be changed since."""
    is_there = job.place.get("address") == feed.address
    return is_there and said_of(feed).items() <= job.parameters.items()


KIND = Kind(NAME, "Read a feed", _run)
"""The kind of job."""
