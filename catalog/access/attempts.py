"""Attempts to get in that failed, by account and by address."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from catalog.access.tables import Attempt


def of(session: Session, subject: str) -> Attempt | None:
    """Give what is known of an account's or an address's failures."""
    return session.get(Attempt, subject)


def put(
    session: Session, subject: str, failures: int, at: datetime, closed_until: datetime | None
) -> None:
    """Write down how often it has failed."""
    row = Attempt(subject=subject, failures=failures, last_at=at, closed_until=closed_until)
    session.merge(row)
    session.flush()


def forget(session: Session, subject: str) -> None:
    """Begin anew with an account or an address."""
    session.execute(delete(Attempt).where(Attempt.subject == subject))


def sweep(session: Session, before: datetime) -> None:
    """Forget those that have not tried since."""
    session.execute(delete(Attempt).where(Attempt.last_at < before))
