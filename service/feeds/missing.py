"""What is missing from feeds: looked at, withdrawn by a job, or left to stay."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from catalog import feed_items
from catalog.feed_items import Missing
from catalog.feeds import Feed
from catalog.stock_list import StockRow, ids_of_skus, rows_of, skus_of
from service.access.actor import Actor
from service.access.log import record
from service.errors import BadFeed
from service.feeds.beginning import check_free, check_not_read
from service.feeds.keeping import FeedState, Once, Which, each_time, named, state_of
from service.jobs.job import Job
from service.jobs.keeping import create_within, get
from service.jobs.queue import ring
from service.wiring import Services
from service.wording import counted

KIND = "withdraw-missing"  # of the jobs that withdraw


@dataclass(frozen=True, slots=True)
class MissingPage:
    """Some of the products that are missing from a feed."""

    feed: FeedState
    products: tuple[StockRow, ...]
    total: int
    page: int
    pages: int
    digest: str  # of which products all of these are


def missing_page(
    which: Which, page: int, per_page: int | None, *, services: Services
) -> MissingPage:
    """Give the products that are missing from a feed, by their ids; without `per_page` all.

    Raises:
        UnknownFeed: there is no such feed.
    """
    with services.database.reading() as session:
        feed = named(session, which)
        ids = _missing(session, feed)
        per_page = per_page or max(1, len(ids))
        pages = max(1, -(-len(ids) // per_page))
        page = min(page, pages)
        rows = rows_of(session, ids[(page - 1) * per_page : page * per_page])
        return MissingPage(
            state_of(session, feed), tuple(rows), len(ids), page, pages, digest_of(ids)
        )


def missing_skus(which: Which, *, services: Services) -> tuple[str, list[str]]:
    """Return a feed's name, and the SKUs of all that is missing from it. Raises: UnknownFeed."""
    with services.database.reading() as session:
        feed = named(session, which)
        return feed.name, skus_of(session, _missing(session, feed))


def withdraw_missing(
    which: Which,
    count: int,
    *,
    by: Actor,
    services: Services,
    digest: str | None = None,
    once: Once = each_time,
) -> Job:
    """Have the products withdrawn that are missing from a feed; `count` is how many were seen.

    Those that are not missing any more once it is their turn stay.

    Raises:
        BadFeed: there is no such feed, a job is at it, or others or other than so many are
            missing.
    """

    def do() -> str:
        feed = named(session, which)
        check_free(session, feed)
        ids = _as_seen(session, feed, count, digest)
        asked = {"feed": feed.id, "name": feed.name, "ids": ids}
        title = f"{feed.name} ({len(ids)})"
        job = create_within(session, KIND, asked, by=by, title=title)
        feed.withdrawal = job.number
        return str(job.number)

    with services.database.writing() as session:  # no reading notes others in between
        number = int(once(session, do))
    ring(number, services.settings)
    return get(number, services=services)


def keep_missing(
    which: Which,
    count: int | None = None,
    *,
    skus: Collection[str] = (),
    by: Actor,
    services: Services,
    digest: str | None = None,
    once: Once = each_time,
) -> int:
    """Let products stay that are missing, and not be asked about: these, or all `count` of them.

    Once a file names one again, and a later one does not, it is asked about again. Return how many
    stay so.

    Raises:
        BadFeed: there is no such feed, it is being read, one of `skus` is not missing, or other
            than `count` are.
    """

    def do() -> str:
        feed = named(session, which)
        check_not_read(session, feed)
        if skus:
            ids = ids_of_skus(session, list(skus))
            if len(feed_items.still_missing(session, feed.id, ids)) != len(set(skus)):
                raise BadFeed(f"not all of these are missing from '{feed.name}' now: look again")
        else:
            ids = _as_seen(session, feed, count or 0, digest)
        feed_items.keep_items(session, feed.id, ids)
        record(session, by, "feed.keep", feed.name, counted(len(ids), "product"))
        return str(len(ids))

    with services.database.writing() as session:
        return int(once(session, do))


def ask_again(which: Which, *, by: Actor, services: Services) -> int:
    """Ask again about what was to stay; return how many products that are. Raises: BadFeed."""
    with services.database.writing() as session:
        feed = named(session, which)
        kept = feed_items.count_missing(session, feed.id, Missing.KEPT)
        feed_items.ask_again(session, feed.id)
        record(session, by, "feed.ask_again", feed.name, counted(kept, "product"))
    return kept


def digest_of(ids: Sequence[int]) -> str:
    """Return what tells these products from others."""
    return hashlib.sha256(",".join(map(str, ids)).encode()).hexdigest()[:32]


def _missing(session: Session, feed: Feed) -> list[int]:
    return feed_items.missing_ids(session, feed.id) if feed.withdraws else []


def _as_seen(session: Session, feed: Feed, count: int, digest: str | None) -> list[int]:
    """Return the ids of what is missing. Raises: BadFeed: it is not what somebody has seen."""
    ids = _missing(session, feed)
    if not ids or len(ids) != count:
        raise BadFeed(f"{counted(len(ids), 'product')} missing from '{feed.name}', not {count}")
    if digest is not None and digest != digest_of(ids):
        raise BadFeed(f"other products are missing from '{feed.name}' than you saw: look again")
    return ids
