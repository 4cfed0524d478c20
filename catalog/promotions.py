"""Which model's readings count, now and before."""

from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from catalog import changes, readings
from catalog.models import ChangeKind, Promotion, Reading


def current(session: Session) -> Promotion | None:
    """Return the promotion in force; None before the first import."""
    return session.scalars(select(Promotion).order_by(Promotion.id.desc()).limit(1)).first()


def previous(session: Session) -> Promotion | None:
    """Return the latest promotion of another model than the present one."""
    now = current(session)
    if now is None:
        return None
    query = select(Promotion).where(Promotion.fingerprint != now.fingerprint)
    return session.scalars(query.order_by(Promotion.id.desc()).limit(1)).first()


def history(session: Session) -> Sequence[Promotion]:
    """List all promotions, newest first."""
    return session.scalars(select(Promotion).order_by(Promotion.id.desc())).all()


def promote(session: Session, fingerprint: str, name: str, source: str) -> None:
    """Let this model's readings count: its categories become those of the products."""
    session.add(Promotion(fingerprint=fingerprint, name=name, source=source))
    session.flush()
    readings.name_categories(session, fingerprint)
    changes.append_plain(session, ChangeKind.MODEL)


def sources(session: Session) -> Sequence[tuple[str, str]]:
    """Return the fingerprint and the source of every model that was ever promoted, each once."""
    query = select(Promotion.fingerprint, Promotion.source).distinct()
    return [(row[0], row[1]) for row in session.execute(query)]


def source_of(session: Session, fingerprint: str) -> str | None:
    """Return where the bundle of a model was when it was last promoted; None where it never was."""
    query = select(Promotion.source).where(Promotion.fingerprint == fingerprint)
    return session.scalar(query.order_by(Promotion.id.desc()).limit(1))


def rename(session: Session, before: str, after: str) -> None:
    """Let a model be known by another fingerprint, with all that it has read."""
    for table in (Promotion, Reading):
        session.execute(update(table).where(table.fingerprint == before).values(fingerprint=after))
    changes.append_plain(session, ChangeKind.MODEL)
