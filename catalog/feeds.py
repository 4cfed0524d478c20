"""Feeds: files that are fetched on a schedule; `catalog.feed_items` says what came by them."""

from datetime import datetime, timedelta

from sqlalchemy import Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from catalog.damaged_cells import SoundInteger, SoundText, UtcDateTime
from catalog.dialect.tables import NEVER_REUSED
from catalog.models import Base, Sealed, now

LONGEST_NAME = 64
MOST_MINUTES = 31 * 1440  # between two readings
_SLACK = timedelta(minutes=1)  # of a clock that is corrected a little


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
    withdrawal: Mapped[int | None] = mapped_column(SoundInteger())  # the last job that withdraws
    rows: Mapped[int | None] = mapped_column(SoundInteger())  # products when last read
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    source_digest: Mapped[str | None] = mapped_column(SoundText(64))  # of the file last read
    etag: Mapped[str | None] = mapped_column(SoundText(500))
    modified: Mapped[str | None] = mapped_column(SoundText(500))


def feed_named(session: Session, name: str) -> Feed | None:
    """Return the feed of a name."""
    return session.scalar(select(Feed).where(Feed.name == name))


def every_feed(session: Session) -> list[Feed]:
    """Return all feeds, by name."""
    return list(session.scalars(select(Feed).order_by(Feed.name)))


def due_feeds(session: Session, at: datetime) -> list[Feed]:
    """Return the feeds that are to be read by an instant, those that were due first before others.

    None waits for longer than its own time: one that seems to was put off by a clock that ran ahead
    and has been set back since.
    """
    feeds = session.scalars(select(Feed).order_by(Feed.next_at))
    return [each for each in feeds if not at < each.next_at <= at + every(each) + _SLACK]


def every(feed: Feed) -> timedelta:
    """Return how often a feed is read, also where that was damaged on the disk."""
    return timedelta(minutes=min(max(feed.every_minutes, 1), MOST_MINUTES))
