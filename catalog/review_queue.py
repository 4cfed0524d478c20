"""Which products want a person's look, and who has which of them in hand.

The rows are a view of the catalogue, kept beside it: one for each product that the promoted model
has read. `follow` brings them to what products and photos say now; whoever can look at
neighbours says by `put_looks` how much a look at each is worth.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, delete, func, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from catalog.damaged_cells import SoundFloat, SoundInteger, SoundShare, SoundText, UtcDateTime
from catalog.dialect.lists import as_list, in_list, listed
from catalog.labelling import Speaker
from catalog.models import Base, Reading, Sealed

FRESH, LOOKED_AT, SETTLED, REOPENED, TOLD = range(5)
"""States of a row: not looked at as it is now; looked at; a person has spoken, or has taken a word
back or a file has spoken, and its neighbours do not know it yet; a person has spoken, and they do.
"""


class ReviewItem(Sealed, Base):
    """A product that the promoted model has read, whether a person has spoken of it or not."""

    __tablename__ = "review_item"
    __table_args__ = (Index("ix_review_item_state_worth", "state", "worth"),)

    product_id: Mapped[int] = mapped_column(
        ForeignKey("product.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    photo_id: Mapped[int] = mapped_column(SoundInteger(0))  # its first
    fingerprint: Mapped[str] = mapped_column(SoundText(64))  # of the model that read it
    word: Mapped[str] = mapped_column(SoundText(64), default="")  # a person's or a file's
    confidence: Mapped[float] = mapped_column(SoundShare)
    state: Mapped[int] = mapped_column(SoundInteger(0))
    turn: Mapped[int] = mapped_column(SoundInteger(0))  # goes up whenever it becomes fresh
    # What a look at it is worth, or more, while it is fresh; below 0: it was skipped so many
    # seconds after 1970. None: nothing speaks for a look.
    worth: Mapped[float | None] = mapped_column(SoundFloat, index=True)
    reasons: Mapped[str] = mapped_column(SoundText(64), default="")  # with spaces between
    holder: Mapped[str | None] = mapped_column(SoundText(80), index=True)  # who has it in hand
    held_until: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ReviewState(Sealed, Base):
    """Up to where the rows follow the catalogue."""

    __tablename__ = "review_state"

    id: Mapped[int] = mapped_column(primary_key=True)  # 1
    number: Mapped[int] = mapped_column(SoundInteger(0))  # of the last change
    mark: Mapped[int] = mapped_column(BigInteger)  # of that change
    fingerprint: Mapped[str] = mapped_column(SoundText(64))  # of the model promoted then
    below: Mapped[int] = mapped_column(SoundInteger(0))  # percent: less sure than that is asked


TABLES = (ReviewItem.__tablename__, ReviewState.__tablename__)  # what `follow` makes of the rest


@dataclass(frozen=True, slots=True)
class Fresh:
    """A row to look at."""

    product_id: int
    photo_id: int
    turn: int
    state: int

    @property
    def has_news(self) -> bool:
        """Whether its neighbours are to be looked at again."""
        return self.state in (SETTLED, REOPENED)


@dataclass(frozen=True, slots=True)
class Look:
    """What came of a look at a row."""

    of: Fresh
    worth: float | None
    reasons: str = ""


_FIRST = """(SELECT photo.id FROM photo WHERE photo.product_id = product.id
    ORDER BY photo.position, photo.id LIMIT 1)"""
_WORD = "coalesce(product.human_category, '')"
# Nobody has said anything, or a supplier's file alone.
_OPEN = """(product.human_category IS NULL AND product.labelled_at IS NULL
    OR product.human_category IS NOT NULL AND coalesce(product.labelled_by, '') = :file)"""
# What speaks against a file's word is known once it was looked at.
_AT_MOST = """CASE WHEN product.human_category IS NULL AND product.model_confidence < :below
    THEN (1 - product.model_confidence) * :most END"""
_ITS_OWN = "FROM product WHERE product.id = review_item.product_id"
_DROP = f"""DELETE FROM review_item
    WHERE NOT EXISTS (SELECT 1 {_ITS_OWN} AND product.model_confidence IS NOT NULL)"""
_CLOSE = f"""UPDATE review_item SET (photo_id, word) = (SELECT {_FIRST}, {_WORD} {_ITS_OWN}),
        state = CASE WHEN :all THEN :told ELSE :settled END,
        turn = turn + 1, worth = NULL, reasons = '', holder = NULL, held_until = NULL
    WHERE EXISTS (SELECT 1 {_ITS_OWN} AND NOT ({_OPEN}) AND (:all
        OR review_item.state NOT IN (:settled, :told) OR review_item.word <> {_WORD}))"""
_RENEW = f"""UPDATE review_item SET (photo_id, confidence, worth) = (
        SELECT {_FIRST}, product.model_confidence,
            CASE WHEN review_item.worth < 0 THEN review_item.worth ELSE {_AT_MOST} END {_ITS_OWN}),
        fingerprint = :fingerprint, word = (SELECT {_WORD} {_ITS_OWN}), turn = turn + 1,
        state = CASE WHEN :all THEN :fresh
            WHEN state IN (:fresh, :looked_at) AND word = (SELECT {_WORD} {_ITS_OWN}) THEN :fresh
            ELSE :reopened END
    WHERE EXISTS (SELECT 1 {_ITS_OWN} AND {_OPEN} AND (:all
        OR review_item.state IN (:settled, :told) OR review_item.word <> {_WORD}
        OR review_item.photo_id <> {_FIRST} OR review_item.fingerprint <> :fingerprint
        OR review_item.confidence <> product.model_confidence))"""
_ADD = f"""INSERT INTO review_item
        (product_id, photo_id, fingerprint, word, confidence, turn, reasons, state, worth)
    SELECT product.id, {_FIRST}, :fingerprint, {_WORD}, product.model_confidence, 0, '',
        CASE WHEN {_OPEN} AND (:all OR {_WORD} = '') THEN :fresh WHEN {_OPEN} THEN :reopened
            WHEN :all THEN :told ELSE :settled END,
        CASE WHEN {_OPEN} THEN {_AT_MOST} END
    FROM product WHERE product.model_confidence IS NOT NULL AND NOT EXISTS
        (SELECT 1 FROM review_item WHERE review_item.product_id = product.id)"""
_NAMES = re.compile(r":(\w+)")
_STATES = {
    "fresh": FRESH,
    "looked_at": LOOKED_AT,
    "settled": SETTLED,
    "reopened": REOPENED,
    "told": TOLD,
}


def follow(
    session: Session,
    product_ids: Sequence[int] | None,
    *,
    fingerprint: str,
    below: float,
    most: float,
) -> None:
    """Bring the rows of these products, or of all, to what products say now.

    Of a product that the model is less sure of than `below` (0..1) a look is worth `most` times
    its doubt, at most.
    """
    asked = {**_STATES, "fingerprint": fingerprint, "below": below, "most": most}
    asked["file"] = Speaker.FILE.value
    asked["all"] = product_ids is None
    items = products = ""
    if product_ids is not None:
        asked["ids"] = as_list(product_ids)
        items = f" AND review_item.product_id {in_list(':ids')}"
        products = f" AND product.id {in_list(':ids')}"
    for statement in (_DROP + items, _CLOSE + items, _RENEW + items, _ADD + products):
        named = {name: asked[name] for name in _NAMES.findall(statement)}
        session.execute(text(statement), named)


def fresh(session: Session, most: int) -> list[Fresh]:
    """Return rows to look at: those first whose neighbours wait, then what may be worth most."""
    found: list[ReviewItem] = []
    for query in (
        select(ReviewItem).where(ReviewItem.state.in_((SETTLED, REOPENED))),
        select(ReviewItem)
        .where(ReviewItem.state == FRESH, ReviewItem.worth.is_not(None))
        .order_by(ReviewItem.worth.desc()),
        select(ReviewItem)
        .where(ReviewItem.state == FRESH, ReviewItem.worth.is_(None))
        .order_by(ReviewItem.product_id.desc()),
    ):
        if len(found) < most:
            found += session.scalars(query.limit(most - len(found)))
    return [Fresh(each.product_id, each.photo_id, each.turn, each.state) for each in found]


def count_fresh(session: Session) -> int:
    """Count the rows that are yet to be looked at."""
    query = select(func.count()).where(ReviewItem.state.in_((FRESH, SETTLED, REOPENED)))
    return session.scalar(query) or 0


def put_looks(session: Session, looks: Sequence[Look], neighbours: Sequence[int] = ()) -> None:
    """Keep what came of looks, of rows that are still as they were looked at.

    `neighbours` are those of products that have news; they become fresh.
    """
    ids = listed([look.of.product_id for look in looks])
    rows = session.scalars(select(ReviewItem).where(ReviewItem.product_id.in_(ids)))
    known = {row.product_id: row for row in rows}
    for look in looks:
        row = known.get(look.of.product_id)
        if row is None or look.of != Fresh(row.product_id, row.photo_id, row.turn, row.state):
            continue
        row.turn += 1
        if row.state == SETTLED:
            row.state = TOLD
            continue
        row.state, row.reasons = LOOKED_AT, look.reasons
        if look.worth is None or row.worth is None or row.worth >= 0:
            row.worth = look.worth
    session.flush()
    if neighbours:
        session.execute(
            text(f"""UPDATE review_item SET state = :fresh, turn = turn + 1
                WHERE state = :looked_at AND product_id {in_list(":ids")}"""),
            {"fresh": FRESH, "looked_at": LOOKED_AT, "ids": as_list(neighbours)},
        )


def forget(session: Session) -> None:
    """Forget the queue, who has what in hand and what was skipped; `follow` makes it anew."""
    session.execute(delete(ReviewItem))
    session.execute(delete(ReviewState))


def probabilities_of(session: Session, fingerprint: str, photo_id: int) -> bytes:
    """Return what a model made of a photo, as its row holds it; nothing where it made nothing."""
    query = select(Reading.probabilities).where(
        Reading.photo_id == photo_id, Reading.fingerprint == fingerprint
    )
    return session.scalar(query) or b""
