"""The tables of duplicates."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from catalog.damaged_cells import SoundFloat, SoundInteger, SoundText, UtcDateTime
from catalog.dialect.tables import NEVER_REUSED
from catalog.models import Base, Sealed, now

LONGEST_REASON = 200


class Kind(StrEnum):
    """What two products may be to each other, the surest first."""

    SAME_PICTURE = "same_picture"  # one picture under two SKUs
    SAME_PRODUCT = "same_product"  # one product, photographed twice
    VARIANT = "variant"  # one product in two colours, so no duplicate

    @property
    def rank(self) -> int:
        """Its place in the queue, from 0."""
        return list(Kind).index(self)


class PairState(StrEnum):
    """What was decided about a pair."""

    OPEN = "open"  # nothing yet
    MERGED = "merged"
    LINKED = "linked"  # as variants of one style
    DISMISSED = "dismissed"


class DuplicatePair(Sealed, Base):
    """Two products that may be one; there is one row for both, whoever of them is first."""

    __tablename__ = "duplicate_pair"
    __table_args__ = (
        UniqueConstraint("first_sku", "second_sku"),
        Index("ix_duplicate_pair_state_rank", "state", "kind", "score", "id"),
        NEVER_REUSED,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    first_sku: Mapped[str] = mapped_column(SoundText(64))  # before the second, as texts go
    second_sku: Mapped[str] = mapped_column(SoundText(64), index=True)
    first_id: Mapped[int] = mapped_column(SoundInteger(0), index=True)  # no key: it may be gone
    second_id: Mapped[int] = mapped_column(SoundInteger(0), index=True)
    first_photo: Mapped[str] = mapped_column(SoundText(64))  # digests of what was compared
    second_photo: Mapped[str] = mapped_column(SoundText(64))
    kind: Mapped[str] = mapped_column(SoundText(16))
    score: Mapped[float] = mapped_column(SoundFloat(0.0))  # 0..1, of its kind
    reason: Mapped[str] = mapped_column(SoundText(LONGEST_REASON))
    state: Mapped[str] = mapped_column(SoundText(16))
    found_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by: Mapped[str | None] = mapped_column(SoundText(64))
    stayed: Mapped[str | None] = mapped_column(SoundText(64))  # of a merged one: the SKU
    # Of a decided one: digest and hash of each picture that they had then; see
    # `service.duplicates.seen`. Text, so that an undo can hold the row.
    seen_first: Mapped[str] = mapped_column(Text, default="")
    seen_second: Mapped[str] = mapped_column(Text, default="")


class MovedSku(Sealed, Base):
    """The SKU of a product that was merged into another one."""

    __tablename__ = "moved_sku"

    sku: Mapped[str] = mapped_column(SoundText(64), primary_key=True)
    stayed: Mapped[str] = mapped_column(SoundText(64))  # of that other one, then
    moved_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    moved_by: Mapped[str] = mapped_column(SoundText(64))


class ComparedPhotos(Sealed, Base):
    """How far photos were compared with the others: one row."""

    __tablename__ = "compared_photos"

    id: Mapped[int] = mapped_column(primary_key=True)
    newest: Mapped[int] = mapped_column(SoundInteger(0), default=0)  # up to this id as they came
    # A search over all goes on beyond the first id, and ends with the second.
    older_from: Mapped[int] = mapped_column(SoundInteger(0), default=0)
    older_to: Mapped[int] = mapped_column(SoundInteger(0), default=0)
