"""Which products came by a feed, and which of them its file does not name any more.

A product is missing from a feed if the feed has brought it, its last file does not name it, the
catalogue holds it, no other feed's last file names it, none names a product that was merged into
it, and no person said that it is to stay.
All but what the files named and what was said is looked up whenever it is asked for: a withdrawal
that was undone, or never done, leaves a product missing, and one that was done does not.
"""

from collections.abc import Callable, Collection, Sequence
from enum import IntEnum
from typing import Any, cast

from sqlalchemy import ForeignKey, Index, Select, Table, delete, func, select, update
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from catalog.damaged_cells import SoundInteger, SoundText
from catalog.dialect.lists import listed
from catalog.dialect.tables import insert_rows
from catalog.duplicates.moved import merged_into, moves_of
from catalog.duplicates.tables import MovedSku
from catalog.feeds import Feed
from catalog.models import Base, Product, Sealed

LONGEST_SKU = 64  # characters; what is longer names no product
_UNSEEN = {"synchronize_session": False}


class Missing(IntEnum):
    """Whether a feed's last file named a product."""

    NO = 0
    YES = 1
    KEPT = 2  # it did not, and a person said that the product is to stay


class FeedItem(Sealed, Base):
    """A SKU that a feed has named."""

    __tablename__ = "feed_item"
    __table_args__ = (
        Index("ix_feed_item_feed_missing", "feed", "missing"),
        Index("ix_feed_item_product", "product"),
    )

    feed: Mapped[int] = mapped_column(ForeignKey("feed.id"), primary_key=True)
    sku: Mapped[str] = mapped_column(SoundText(LONGEST_SKU), primary_key=True)
    missing: Mapped[int] = mapped_column(SoundInteger(0), default=Missing.NO.value)
    # No key: what was withdrawn may come back, as itself. Another of its SKU is another product.
    product: Mapped[int | None] = mapped_column(SoundInteger())


def note_items(
    session: Session, feed: int, skus: Collection[str], refused: Collection[str] = ()
) -> None:
    """Note what a feed's file names, and so what it does not name any more.

    Of `skus` those are `refused` whose rows did not go in: they are named, and not brought.
    """
    query = select(FeedItem.sku, FeedItem.missing).where(FeedItem.feed == feed)
    before = {str(sku): int(missing) for sku, missing in session.execute(query)}
    gone = [sku for sku, missing in before.items() if not missing and sku not in skus]
    back = [sku for sku, missing in before.items() if missing and sku in skus]
    for changed, missing in ((gone, Missing.YES), (back, Missing.NO)):
        _set(session, feed, FeedItem.sku.in_(listed(changed)), missing)
    kept_out = set(refused)
    new = [
        {"feed": feed, "sku": sku, "missing": Missing.NO.value}
        for sku in skus
        if sku not in before and sku not in kept_out
    ]
    insert_rows(session, cast("Table", FeedItem.__table__), new)
    # What has gone since it came keeps its number, by which it would come back.
    of_sku = select(Product.id).where(Product.sku == FeedItem.sku).scalar_subquery()
    brought = update(FeedItem).where(
        FeedItem.feed == feed,
        FeedItem.missing == Missing.NO.value,
        FeedItem.sku.not_in(listed(kept_out)),
        of_sku.is_not(None),
        FeedItem.product.is_distinct_from(of_sku),
    )
    session.execute(brought.values(product=of_sku).execution_options(**_UNSEEN))


def merged_spellings(
    session: Session, skus: Collection[str], key: Callable[[str], str]
) -> dict[str, str]:
    """Return how the SKUs of merged products were spelled of which these are, by their own."""
    held = set(session.scalars(select(Product.sku).where(Product.sku.in_(listed(sorted(skus))))))
    moves = moves_of(session, (sku for sku in skus if sku not in held), key)
    return {sku: found.sku for sku, found in moves.items()}


def count_gone(session: Session, feed: int, refused: Collection[str]) -> int:
    """Count what a feed's last file names and its reading brought, but the catalogue lacks."""
    held = select(Product.id).where(Product.sku == FeedItem.sku)
    merged = select(MovedSku.sku).where(MovedSku.sku == FeedItem.sku)
    query = select(func.count()).where(
        FeedItem.feed == feed,
        FeedItem.missing == Missing.NO.value,
        FeedItem.sku.not_in(listed(set(refused))),
        ~held.exists(),
        ~merged.exists(),
    )
    return session.scalar(query) or 0


def missing_ids(session: Session, feed: int, missing: Missing = Missing.YES) -> list[int]:
    """Return the ids, ascending, of the products that are missing from a feed, or were kept."""
    return list(session.scalars(_missing(feed, missing).order_by(Product.id)))


def count_missing(session: Session, feed: int, missing: Missing = Missing.YES) -> int:
    """Count them."""
    query = select(func.count()).select_from(_missing(feed, missing).subquery())
    return session.scalar(query) or 0


def still_missing(session: Session, feed: int, ids: Sequence[int]) -> list[int]:
    """Return those of these products, ascending, that are missing at this moment."""
    query = _missing(feed, Missing.YES).where(Product.id.in_(listed(ids)))
    return list(session.scalars(query.order_by(Product.id)))


def keep_items(session: Session, feed: int, ids: Sequence[int]) -> None:
    """Let products that are missing stay, until a file names them again and then does not."""
    among = FeedItem.product.in_(listed(ids)) & (FeedItem.missing == Missing.YES.value)
    _set(session, feed, among, Missing.KEPT)


def ask_again(session: Session, feed: int) -> None:
    """Let what was to stay be missing."""
    _set(session, feed, FeedItem.missing == Missing.KEPT.value, Missing.YES)


def delete_feed(session: Session, feed: int) -> None:
    """Delete a feed; its products stay."""
    session.execute(delete(FeedItem).where(FeedItem.feed == feed))
    session.execute(delete(Feed).where(Feed.id == feed))


def _missing(feed: int, missing: Missing) -> Select[Any]:
    other = aliased(FeedItem)
    elsewhere = select(other.sku).where(
        other.product == FeedItem.product,
        other.feed != FeedItem.feed,
        other.missing == Missing.NO.value,
    )
    query = select(Product.id).join(FeedItem, FeedItem.product == Product.id)
    return query.where(
        FeedItem.feed == feed,
        FeedItem.missing == missing.value,
        ~elsewhere.exists(),
        Product.sku.not_in(_named_as_another()),
    ).distinct()


def _named_as_another() -> Select[Any]:
    """Select the SKUs of those into which products were merged that a last file names.

    A supplier lists a product anew under another SKU, and staff make both one: it is named still.
    """
    item, merger = aliased(FeedItem), merged_into()
    # Few were merged: the items are looked up by their key, and not all of them gone through.
    its = select(item.sku).where(
        item.feed == Feed.id, item.sku == merger.c.sku, item.missing == Missing.NO.value
    )
    named = select(Feed.id).where(its.correlate(Feed, merger).exists())
    return select(merger.c.stayed).where(named.correlate(merger).exists())


def _set(session: Session, feed: int, among: Any, missing: Missing) -> None:
    query = update(FeedItem).where(FeedItem.feed == feed, among)
    session.execute(query.values(missing=missing.value).execution_options(**_UNSEEN))
