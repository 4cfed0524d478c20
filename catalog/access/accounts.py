"""Accounts, their sessions, and the links by which they get in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from catalog.access.tables import Account, AccountLink, AccountSession
from catalog.access.terms import Role


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session with what its account is now."""

    digest: str
    account_id: int
    name: str
    role: Role | None
    used_at: datetime
    ends_at: datetime


def every(session: Session) -> Sequence[Account]:
    """List all accounts by name."""
    return session.scalars(select(Account).order_by(Account.name)).all()


def named(session: Session, name: str) -> Account | None:
    """Give the account of a name."""
    return session.scalars(select(Account).where(Account.name == name)).one_or_none()


def admins(session: Session) -> int:
    """Count the accounts that may do everything."""
    query = select(func.count()).select_from(Account).where(Account.role == Role.ADMIN.value)
    return session.scalar(query) or 0


def open_session(session: Session, digest: str) -> OpenSession | None:
    """Give a session by its token's digest, whether or not its time is over."""
    query = (
        select(
            AccountSession.digest,
            Account.id,
            Account.name,
            Account.role,
            AccountSession.used_at,
            AccountSession.ends_at,
        )
        .join(Account, Account.id == AccountSession.account_id)
        .where(AccountSession.digest == digest)
    )
    row = session.execute(query).one_or_none()
    if row is None:
        return None
    found, account_id, name, role, used_at, ends_at = row
    return OpenSession(found, account_id, name, Role.of(role), used_at, ends_at)


def sessions_of(session: Session, account_id: int) -> Sequence[AccountSession]:
    """List the sessions of an account, the latest used first."""
    query = select(AccountSession).where(AccountSession.account_id == account_id)
    return session.scalars(query.order_by(AccountSession.used_at.desc())).all()


def end_session(session: Session, digest: str) -> None:
    """End one session."""
    session.execute(delete(AccountSession).where(AccountSession.digest == digest))


def end_sessions_of(session: Session, account_id: int) -> int:
    """End an account's sessions everywhere; say how many there were."""
    before = len(sessions_of(session, account_id))
    session.execute(delete(AccountSession).where(AccountSession.account_id == account_id))
    return before


def sweep_sessions(session: Session, now: datetime, unused_since: datetime) -> None:
    """Delete the sessions that are over."""
    over = (AccountSession.ends_at <= now) | (AccountSession.used_at <= unused_since)
    session.execute(delete(AccountSession).where(over))


def note_use(session: Session, digest: str, at: datetime) -> None:
    """Note when a session was last used; one that has ended stays ended."""
    same = AccountSession.digest == digest
    session.execute(update(AccountSession).where(same).values(used_at=at))


def link_of(session: Session, digest: str) -> tuple[AccountLink, Account] | None:
    """Give a link by its token's digest, with its account."""
    query = (
        select(AccountLink, Account)
        .join(Account, Account.id == AccountLink.account_id)
        .where(AccountLink.digest == digest)
    )
    row = session.execute(query).one_or_none()
    return None if row is None else (row[0], row[1])


def put_link(session: Session, link: AccountLink) -> None:
    """Give an account a link in place of the one that it may have."""
    drop_link(session, link.account_id)
    session.add(link)
    session.flush()


def drop_link(session: Session, account_id: int) -> None:
    """Let an account's link lead nowhere."""
    session.execute(delete(AccountLink).where(AccountLink.account_id == account_id))


def links(session: Session) -> dict[int, AccountLink]:
    """Give the links that there are, by account."""
    return {each.account_id: each for each in session.scalars(select(AccountLink))}
