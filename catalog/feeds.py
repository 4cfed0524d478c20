"""Feeds: files that are fetched on a schedule, and which products came by them."""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import cast

from sqlalchemy import ForeignKey, Table, Text, delete, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from catalog.damaged_cells import SoundInteger, SoundText, UtcDateTime
from catalog.dialect.tables import NEVER_REUSED, insert_rows
from catalog.models import Base, Sealed, now

LONGEST_NAME = 64
_AT_ONCE = 500  # SKUs in one statement


class Feed(Sealed, Base):
    """A file that is read again and again."""

    __tablename__ = "feed"
    __table_args__ = (NEVER_REUSED,)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(SoundText(LONGEST_NAME), unique=True)
    address: Mapped[str] = mapped_column(SoundText(2000))  # https://..., or a path
    every_minutes: Mapped[int] = mapped_column(SoundInteger(1440))
    withdraws: Mapped[int] = mapped_column(SoundInteger(0), default=0)  # 1: what is missing
    options: Mapped[str] = mapped_column(Text, default="{}")  # JSON: how its file is to be read
    next_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    job: Mapped[int | None] = mapped_column(SoundInteger())  # its last one
    rows: Mapped[int | None] = mapped_column(SoundInteger())  # products when last read
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    source_digest: Mapped[str | None] = mapped_column(SoundText(64))  # of the file last read
    etag: Mapped[str | None] = mapped_column(SoundText(500))
    modified: Mapped[str | None] = mapped_column(SoundText(500))


class FeedItem(Sealed, Base):
    """A product that came by a feed."""

    __tablename__ = "feed_item"

    feed: Mapped[int] = mapped_column(ForeignKey("feed.id"), primary_key=True)
    sku: Mapped[str] = mapped_column(SoundText(64), primary_key=True)
    missing: Mapped[int] = mapped_column(SoundInteger(0), default=0)  # 1: from the file last read


def feed_named(session: Session, name: str) -> Feed | None:
    """Return the feed of a name."""
    return session.scalar(select(Feed).where(Feed.name == name))


def every_feed(session: Session) -> list[Feed]:
    """Return all feeds, by name."""
    return list(session.scalars(select(Feed).order_by(Feed.name)))


def due_feeds(session: Session, at: datetime) -> list[Feed]:
    """Return the feeds that are to be read by an instant."""
    return list(session.scalars(select(Feed).where(Feed.next_at <= at).order_by(Feed.next_at)))


def note_items(session: Session, feed: int, skus: Collection[str]) -> None:
    """Note which products are in a feed's file; those that were before are missing now."""
    before = dict(_states(session, feed))
    changed = [sku for sku, missing in before.items() if bool(missing) == (sku in skus)]
    for start in range(0, len(changed), _AT_ONCE):
        part = FeedItem.sku.in_(changed[start : start + _AT_ONCE])
        query = update(FeedItem).where(FeedItem.feed == feed, part)
        session.execute(
            query.values(missing=1 - FeedItem.missing).execution_options(synchronize_session=False)
        )
    new = [{"feed": feed, "sku": sku, "missing": 0} for sku in skus if sku not in before]
    insert_rows(session, cast("Table", FeedItem.__table__), new)


def _states(session: Session, feed: int) -> Iterator[tuple[str, int]]:
    query = select(FeedItem.sku, FeedItem.missing).where(FeedItem.feed == feed)
    for sku, missing in session.execute(query):
        yield str(sku), int(missing)


def missing_items(session: Session, feed: int) -> list[str]:
    """Return the SKUs that came by a feed and are missing from its file now."""
    missing = select(FeedItem.sku).where(FeedItem.feed == feed, FeedItem.missing == 1)
    return list(session.scalars(missing.order_by(FeedItem.sku)))


def count_missing(session: Session, feed: int) -> int:
    """Count them."""
    missing = select(func.count()).where(FeedItem.feed == feed, FeedItem.missing == 1)
    return session.scalar(missing) or 0


def forget_missing(session: Session, feed: int) -> None:
    """Forget them: they have been withdrawn."""
    session.execute(delete(FeedItem).where(FeedItem.feed == feed, FeedItem.missing == 1))


def delete_feed(session: Session, feed: int) -> None:
    """Delete a feed; its products stay."""
    session.execute(delete(FeedItem).where(FeedItem.feed == feed))
    session.execute(delete(Feed).where(Feed.id == feed))
