"""What people and files had said of products before the word that counts now."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from catalog.damaged_cells import SoundText, UtcDateTime
from catalog.dialect.tables import NEVER_REUSED
from catalog.models import Base, Sealed


class EarlierWord(Sealed, Base):
    """What was said of a product before something else was; the newest is last."""

    __tablename__ = "earlier_word"
    __table_args__ = (NEVER_REUSED,)

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(
        ForeignKey("product.id", ondelete="CASCADE"), index=True
    )
    category: Mapped[str | None] = mapped_column(String(64))  # None: the model decided
    labelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    labelled_by: Mapped[str | None] = mapped_column(SoundText(8))  # as of a product
