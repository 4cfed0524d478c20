"""Feeds: files that are fetched on a schedule; `catalog.feed_items` says what came by them."""

from datetime import datetime

from sqlalchemy import Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from catalog.damaged_cells import SoundInteger, SoundText, UtcDateTime
from catalog.dialect.tables import NEVER_REUSED
from catalog.models import Base, Sealed, now

LONGEST_NAME = 64


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
    """Return the feeds that are to be read by an instant."""
    return list(session.scalars(select(Feed).where(Feed.next_at <= at).order_by(Feed.next_at)))
