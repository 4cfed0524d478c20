"""API keys: found by what is shown of them, known by a digest."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from catalog.access.tables import ApiKey


def every(session: Session) -> Sequence[ApiKey]:
    """List all keys, the newest first, revoked ones among them."""
    return session.scalars(select(ApiKey).order_by(ApiKey.id.desc())).all()


def by_prefix(session: Session, prefix: str) -> ApiKey | None:
    """Give the key that begins so."""
    return session.scalars(select(ApiKey).where(ApiKey.prefix == prefix)).one_or_none()


def names_of(session: Session, ids: Collection[int]) -> dict[int, str]:
    """Return what these keys are called, by id; those that are gone are left out."""
    query = select(ApiKey.id, ApiKey.name).where(ApiKey.id.in_(ids))
    return {row.id: row.name for row in session.execute(query)} if ids else {}


def note_use(session: Session, key_id: int, at: datetime) -> None:
    """Note when a key was last used."""
    session.execute(update(ApiKey).where(ApiKey.id == key_id).values(used_at=at))


def origins_in_use(session: Session, now: datetime) -> set[str]:
    """Give the origins of all public keys that open anything now."""
    query = select(ApiKey.origins).where(
        ApiKey.origins != "",
        ApiKey.revoked_at.is_(None),
        (ApiKey.ends_at.is_(None)) | (ApiKey.ends_at > now),
    )
    return {origin for origins in session.scalars(query) for origin in origins.split()}
