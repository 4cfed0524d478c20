"""What people decided in the queue, for its figures and to take the last one back."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Index, Text, and_, exists, func, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from catalog.damaged_cells import SoundFloat, SoundInteger, SoundText, UtcDateTime
from catalog.dialect.tables import NEVER_REUSED
from catalog.models import Base, Product, Sealed
from catalog.staff_changes import StaffChange


class ReviewDecision(Sealed, Base):
    """One thing that somebody decided; it outlives its product."""

    __tablename__ = "review_decision"
    __table_args__ = (Index("ix_review_decision_who_id", "who", "id"), NEVER_REUSED)

    id: Mapped[int] = mapped_column(primary_key=True)
    who: Mapped[str] = mapped_column(SoundText(80))  # as a queue's holder is written
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    product_id: Mapped[int] = mapped_column(SoundInteger(0))  # no key: a product may go
    sku: Mapped[str] = mapped_column(SoundText(64))
    category: Mapped[str | None] = mapped_column(SoundText(64))  # None: it was skipped
    guess: Mapped[str | None] = mapped_column(SoundText(64))  # what the model said
    worth: Mapped[float] = mapped_column(SoundFloat(0.0))  # of the look, for a skip taken back
    also: Mapped[str] = mapped_column(Text, default="")  # ids of others, with spaces between
    change_id: Mapped[int | None] = mapped_column(SoundInteger)  # what keeps how it was before
    # Or found to be past, by who wanted to take it back.
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def others(self) -> list[int]:
        """The ids of the products that it was for as well."""
        return [int(each) for each in (self.also or "").split() if each.isdecimal()]


_CHANGE = exists().where(StaffChange.id == ReviewDecision.change_id)
_STANDS = exists().where(
    Product.id == ReviewDecision.product_id,
    Product.human_category == ReviewDecision.category,
    Product.labelled_at == ReviewDecision.at,
)
# It may also have been undone where the staff undo whatever they changed; of a change that was
# forgotten only the product still tells.
_HOLDS = (
    ReviewDecision.undone_at.is_(None),
    or_(
        ReviewDecision.change_id.is_(None),
        _CHANGE.where(StaffChange.undone < StaffChange.products),
        and_(~_CHANGE, _STANDS),
    ),
)


@dataclass(frozen=True, slots=True)
class Figures:
    """What was decided since an instant; what was taken back does not count."""

    decided: int
    right: int  # of these the model had said the same


def last_of(session: Session, who: str, since: datetime) -> ReviewDecision | None:
    """Return the last thing that somebody decided, or skipped, and nobody has taken back."""
    query = select(ReviewDecision).where(
        ReviewDecision.who == who, ReviewDecision.at >= since, *_HOLDS
    )
    return session.scalars(query.order_by(ReviewDecision.id.desc()).limit(1)).first()


def figures(session: Session, since: datetime, who: str | None = None) -> Figures:
    """Count what was decided since an instant, by somebody or by all."""
    right = func.count().filter(ReviewDecision.category == ReviewDecision.guess)
    query = select(func.count(), right).where(
        ReviewDecision.at >= since, ReviewDecision.category.is_not(None), *_HOLDS
    )
    if who is not None:
        query = query.where(ReviewDecision.who == who)
    decided, agreed = session.execute(query).one()
    return Figures(decided, agreed)
