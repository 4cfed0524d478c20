"""The tables: products, their photos, what models read in them, and the feed of changes."""

from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Computed,
    ForeignKey,
    Index,
    MetaData,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship, validates

from catalog.damaged_cells import SoundBytes, SoundInteger, SoundShare, SoundText, UtcDateTime
from catalog.dialect.tables import NEVER_REUSED
from catalog.facts import FACTS, FOLDED, Fact, FactValue
from catalog.words import fold


def now() -> datetime:
    """Return the present instant in UTC."""
    return datetime.now(UTC)


class Base(DeclarativeBase):
    """The root of every table."""

    # SQLite changes a table by copying it, and can then only drop what has a name.
    metadata = MetaData(
        naming_convention={
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        }
    )


CHECKSUM = "checksum"


class Sealed:
    """A row with a checksum of its other columns; see `catalog.checksums`."""

    checksum: Mapped[int | None] = mapped_column(CHECKSUM, BigInteger, sort_order=1)


class ChangeKind(StrEnum):
    """What has changed, as far as searching and filters go."""

    UPSERT = "upsert"  # a photo is new, or read anew
    REMOVE = "remove"  # a photo is gone
    PRODUCT = "product"  # facts of a product have changed, or it came or went; no vector has
    MODEL = "model"  # another model's readings are the ones that count


def _folded(name: str) -> Callable[[Any], str | None]:
    """Return what works out a folded column of a new row from the column `name`."""

    def folded(row: Any) -> str | None:  # SQLAlchemy's context of one row
        value = row.get_current_parameters().get(name)
        return None if value is None else fold(str(value))

    return folded


class Product(Sealed, Base):
    """One product that a shopper can buy.

    What a shop says of it is declared in `catalog.facts`; a fact that is not written out here, as
    the oldest are, gets its columns by that.
    """

    __tablename__ = "product"
    __table_args__ = (
        CheckConstraint("price_cents >= 0", name="price_not_negative"),
        CheckConstraint("stock >= 0", name="stock_not_negative"),
        Index("ix_product_category_id", "category", "id"),
        Index("ix_product_colour_id", "colour", "id"),
        Index("ix_product_folded_style_id", "folded_style", "id"),
        NEVER_REUSED,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sku: Mapped[str] = mapped_column(SoundText(64), unique=True)
    title: Mapped[str] = mapped_column(SoundText(200))
    # What words are looked for in; see catalog.words. A new row brings them by itself, whoever
    # inserts it; who changes a title through a statement of his own says both.
    folded_sku: Mapped[str] = mapped_column(Text, default=_folded("sku"), server_default="")
    folded_title: Mapped[str] = mapped_column(Text, default=_folded("title"), server_default="")
    url: Mapped[str | None] = mapped_column(SoundText(2000))
    price_cents: Mapped[int | None] = mapped_column(SoundInteger)
    # What it costs now: its sale price, where that is less. Compared and sorted by, never shown.
    costs_cents: Mapped[int | None] = mapped_column(
        SoundInteger,
        Computed(
            "CASE WHEN sale_price_cents < price_cents THEN sale_price_cents ELSE price_cents END",
            persisted=False,
        ),
    )
    currency: Mapped[str | None] = mapped_column(SoundText(3))  # ISO 4217
    stock: Mapped[int] = mapped_column(SoundInteger(0), default=0)
    style: Mapped[str | None] = mapped_column(SoundText(64))  # the same for all of its variants
    folded_style: Mapped[str | None] = mapped_column(Text, default=_folded("style"))
    human_category: Mapped[str | None] = mapped_column(SoundText(64))  # no model may touch it
    labelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # A `catalog.labelling.Speaker`; None: of an earlier version, which did not tell them apart.
    labelled_by: Mapped[str | None] = mapped_column(SoundText(8))
    model_category: Mapped[str | None] = mapped_column(SoundText(64))  # by the promoted model
    model_confidence: Mapped[float | None] = mapped_column(SoundShare)  # 0..1, calibrated
    category: Mapped[str | None] = mapped_column(
        SoundText(64), Computed("coalesce(human_category, model_category)", persisted=True)
    )
    colour: Mapped[str | None] = mapped_column(SoundText(32))  # of its first photo, by that model
    colour_confidence: Mapped[float | None] = mapped_column(SoundShare)  # 0..1, calibrated
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now, onupdate=now)

    photos: Mapped[list["Photo"]] = relationship(
        back_populates="product", order_by="Photo.position", cascade="all, delete-orphan"
    )

    @validates(*FOLDED)
    def _fold(self, name: str, value: FactValue) -> FactValue:
        setattr(self, FOLDED[name], None if value is None else fold(str(value)))
        return value


def _add_columns(fact: Fact) -> None:
    """Give the model the columns of a fact."""
    otherwise = fact.start if isinstance(fact.start, int) else None
    kind = SoundInteger(otherwise) if fact.is_number else SoundText(fact.longest)
    setattr(Product, fact.name, mapped_column(kind, nullable=fact.may_lack, default=fact.start))
    if fact.folded is not None:
        setattr(Product, fact.folded, mapped_column(Text, default=_folded(fact.name)))
        if fact.filtered:
            Index(f"ix_product_{fact.folded}_id", Product.__table__.c[fact.folded], Product.id)


for _fact in FACTS:
    if _fact.name not in Product.__table__.columns:
        _add_columns(_fact)
# What the staff sort their list by.
for _by in ("folded_sku", "folded_title", "costs_cents", "stock", "model_confidence", "updated_at"):
    Index(f"ix_product_{_by}", Product.__table__.c[_by])


class CategoryWord(Sealed, Base):
    """What a word of the shop stands for, once a person has said so."""

    __tablename__ = "category_word"

    folded: Mapped[str] = mapped_column(Text, primary_key=True)
    word: Mapped[str] = mapped_column(String(64))
    category: Mapped[str] = mapped_column(String(64))


class ColumnMap(Sealed, Base):
    """Which column of a shop's files is which of ours, one row a column, under a map's name."""

    __tablename__ = "column_map"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(64), index=True)
    theirs: Mapped[str] = mapped_column(String(1000))  # as columns are compared
    ours: Mapped[str] = mapped_column(String(64))  # empty: it is left out


class Photo(Sealed, Base):
    """One picture of a product; the picture itself is in the photo store under `digest`."""

    __tablename__ = "photo"
    __table_args__ = (
        UniqueConstraint("product_id", "digest"),
        NEVER_REUSED,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(SoundInteger(0), ForeignKey("product.id"), index=True)
    digest: Mapped[str] = mapped_column(SoundText(64), index=True)  # of the stored picture
    source_digest: Mapped[str] = mapped_column(SoundText(64))  # of the bytes that were imported
    position: Mapped[int] = mapped_column(SoundInteger(0), default=0)  # 0 is shown first
    perceptual_hash: Mapped[bytes | None] = mapped_column(SoundBytes)  # None: to be worked out

    product: Mapped[Product] = relationship(back_populates="photos")
    readings: Mapped[list["Reading"]] = relationship(cascade="all, delete-orphan")


class Reading(Sealed, Base):
    """What one model read in one photo; an index can be rebuilt from these rows alone."""

    __tablename__ = "reading"

    photo_id: Mapped[int] = mapped_column(SoundInteger(0), ForeignKey("photo.id"), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(SoundText(64), primary_key=True)  # of the bundle
    label: Mapped[str] = mapped_column(SoundText(64))
    confidence: Mapped[float] = mapped_column(SoundShare)  # 0..1, calibrated
    probabilities: Mapped[bytes] = mapped_column(SoundBytes)  # float32, little-endian
    embedding: Mapped[bytes] = mapped_column(SoundBytes)  # float32, little-endian, length 1
    colour: Mapped[str | None] = mapped_column(SoundText(32))  # None: the model told none
    colour_confidence: Mapped[float | None] = mapped_column(SoundShare)  # 0..1, calibrated


class Change(Sealed, Base):
    """One numbered entry of the feed that every index follows."""

    __tablename__ = "change"
    __table_args__ = (NEVER_REUSED,)

    number: Mapped[int] = mapped_column(primary_key=True)
    # A number alone is no identity: a catalogue put back from a copy gives it out once more.
    mark: Mapped[int] = mapped_column(BigInteger, server_default=text("(random())"))
    kind: Mapped[str] = mapped_column(SoundText(8))
    # Of upsert and remove; no key: a removed photo is gone.
    photo_id: Mapped[int | None] = mapped_column(SoundInteger)
    product_id: Mapped[int | None] = mapped_column(SoundInteger)  # likewise; None: any, or all


class Promotion(Sealed, Base):
    """A model put into service; the newest row is the one that answers."""

    __tablename__ = "promotion"
    __table_args__ = (NEVER_REUSED,)

    id: Mapped[int] = mapped_column(primary_key=True)
    fingerprint: Mapped[str] = mapped_column(SoundText(64))
    name: Mapped[str] = mapped_column(SoundText(64))
    source: Mapped[str] = mapped_column(SoundText(1000))  # a shipped bundle's name or a folder
    promoted_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class Identity(Sealed, Base):
    """One row that tells this catalogue from every other, so no snapshot is taken for its own."""

    __tablename__ = "identity"

    uuid: Mapped[str] = mapped_column(SoundText(36), primary_key=True)
