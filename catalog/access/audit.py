"""The log of who did what. There is nothing here that changes or deletes an entry."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from catalog.access.tables import (
    LONGEST_ADDRESS,
    LONGEST_DETAIL,
    LONGEST_NAME,
    LONGEST_SUBJECT,
    AuditEntry,
)
from catalog.access.terms import ActorKind
from catalog.dialect.driver import Driver
from catalog.dialect.lists import holds_text
from catalog.dialect.sealing import only_add
from catalog.models import CHECKSUM, now

_CHUNK = 1_000


@dataclass(frozen=True, slots=True)
class Asked:
    """Which entries are wanted; what is None is not asked about."""

    actor: str | None = None
    action: str | None = None  # this one, or all that begin with it and a full stop
    subject: str | None = None  # a part of it
    since: datetime | None = None
    until: datetime | None = None  # up to, and without


def keep(driver: Driver) -> None:
    """Let a connection that writes add entries only."""
    columns = [each.name for each in AuditEntry.__table__.columns if each.name != CHECKSUM]
    only_add(driver, AuditEntry.__tablename__, columns)


def add(
    session: Session,
    *,
    kind: ActorKind,
    actor_id: int | None,
    actor: str,
    action: str,
    subject: str = "",
    detail: str = "",
    address: str = "",
    at: datetime | None = None,
) -> None:
    """Write an entry in the transaction of what it tells of; long texts are cut."""
    add_each(
        session,
        [subject],
        kind=kind,
        actor_id=actor_id,
        actor=actor,
        action=action,
        detail=detail,
        address=address,
        at=at,
    )


def add_each(
    session: Session,
    subjects: Iterable[str],
    *,
    kind: ActorKind,
    actor_id: int | None,
    actor: str,
    action: str,
    detail: str = "",
    address: str = "",
    at: datetime | None = None,
) -> None:
    """Write an entry for each of many things that the same was done to."""
    done = ((action, subject, detail) for subject in subjects)
    add_all(session, done, kind=kind, actor_id=actor_id, actor=actor, address=address, at=at)


def add_all(
    session: Session,
    done: Iterable[tuple[str, str, str]],
    *,
    kind: ActorKind,
    actor_id: int | None,
    actor: str,
    address: str = "",
    at: datetime | None = None,
) -> None:
    """Write an entry for each of many things that were done: its action, subject and detail."""
    when = at or now()
    session.add_all(
        AuditEntry(
            at=when,
            actor_kind=kind.value,
            actor_id=actor_id,
            actor=_cut(actor, LONGEST_NAME),
            action=_cut(action, LONGEST_NAME),
            subject=_cut(subject, LONGEST_SUBJECT),
            detail=_cut(detail, LONGEST_DETAIL),
            address=_cut(address, LONGEST_ADDRESS),
        )
        for action, subject, detail in done
    )
    session.flush()


def page(
    session: Session, asked: Asked, most: int, before: int | None = None
) -> Sequence[AuditEntry]:
    """Give the newest entries, older than the one numbered `before`."""
    query = _query(asked).order_by(AuditEntry.id.desc()).limit(most)
    if before is not None:
        query = query.where(AuditEntry.id < before)
    return session.scalars(query).all()


def stream(
    session: Session, asked: Asked, most: int, before: int | None = None
) -> Iterator[AuditEntry]:
    """Give at most so many entries, the newest first, few of them in memory at a time."""
    while most > 0 and (found := page(session, asked, min(_CHUNK, most), before)):
        yield from found
        before = found[-1].id
        most -= len(found)
        session.expunge_all()


def actions(session: Session) -> list[str]:
    """Name every action that there is an entry of."""
    query = select(AuditEntry.action).distinct().order_by(AuditEntry.action)
    return list(session.scalars(query))


def _query(asked: Asked) -> Select[AuditEntry]:
    query = select(AuditEntry)
    if asked.actor is not None:
        query = query.where(AuditEntry.actor == asked.actor)
    if asked.action is not None:
        below = AuditEntry.action.startswith(f"{asked.action}.", autoescape=True)
        query = query.where((AuditEntry.action == asked.action) | below)
    if asked.subject is not None:
        query = query.where(holds_text(AuditEntry.subject, asked.subject))
    if asked.since is not None:
        query = query.where(AuditEntry.at >= asked.since)
    if asked.until is not None:
        query = query.where(AuditEntry.at < asked.until)
    return query


def _cut(text: str, longest: int) -> str:
    """Bound a text, and keep what it holds from steering a terminal or a table."""
    plain = "".join(each if each.isprintable() else " " for each in text[: longest + 1])
    return plain if len(plain) <= longest else f"{plain[: longest - 1]}…"
