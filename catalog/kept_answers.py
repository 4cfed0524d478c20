"""Answers to writes that may come again, kept in the transaction that did what they tell of."""

from datetime import datetime

from sqlalchemy import Text, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from catalog.damaged_cells import SoundInteger, SoundText, UtcDateTime
from catalog.errors import Contradiction
from catalog.models import Base, Sealed, now


class KeptAnswer(Sealed, Base):
    """What was answered to a part of a write, which is one transaction."""

    __tablename__ = "kept_answer"

    digest: Mapped[str] = mapped_column(SoundText(64), primary_key=True)  # of who asked, and key
    part: Mapped[int] = mapped_column(SoundInteger(0), primary_key=True)  # from 0
    body: Mapped[str] = mapped_column(SoundText(64))  # SHA-256 of all that was sent
    answer: Mapped[str] = mapped_column(Text)
    kept_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now, index=True)


def kept_answer(session: Session, digest: str, part: int, body: str) -> str | None:
    """Return what was answered to a part; None where it was never done.

    Raises:
        Contradiction: under this key another body was sent.
    """
    found = session.get(KeptAnswer, (digest, part))
    if found is None:
        return None
    if found.body != body:
        raise Contradiction("under this key another body was sent")
    return found.answer


def keep_answer(session: Session, digest: str, part: int, body: str, answer: str) -> None:
    """Keep what is answered to a part."""
    session.add(KeptAnswer(digest=digest, part=part, body=body, answer=answer))
    session.flush()


def forget_answers(session: Session, before: datetime) -> None:
    """Forget writes that began before an instant: all of their parts, or none."""
    old = select(KeptAnswer.digest).where(KeptAnswer.part == 0, KeptAnswer.kept_at < before)
    session.execute(delete(KeptAnswer).where(KeptAnswer.digest.in_(old)))
