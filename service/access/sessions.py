"""Signing in and out: a session is a row, so it can be ended everywhere."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from catalog.access import accounts
from catalog.access.tables import (
    LONGEST_ADDRESS,
    LONGEST_AGENT,
    LONGEST_NAME,
    Account,
    AccountSession,
)
from catalog.access.terms import ActorKind, Role
from service.access import lockout
from service.access.actor import NOBODY, Actor
from service.access.digests import digest_of, new_token
from service.access.log import record
from service.access.parts import LONGEST_SESSION, Access
from service.access.passwords import LONGEST
from service.errors import WrongCredentials


@dataclass(frozen=True, slots=True)
class Visit:
    """A browser at the door."""

    address: str
    agent: str = ""
    former: str | None = None  # the token of a session that it brings, which ends


@dataclass(frozen=True, slots=True)
class NewSession:
    """A session that has just begun; its token is told once, to the browser alone."""

    token: str
    ends_at: datetime


def sign_in(name: str, password: str, *, visit: Visit, access: Access) -> NewSession:
    """Begin a session for who knows an account's password.

    Names that there are not cost and answer as those that there are.

    Raises:
        WrongCredentials: no account has this name and this password.
        TooManyAttempts: it was tried in vain too often, as this account or from this address.
        ServerBusy: too many sign in at once.
    """
    with access.door.passing():
        return _sign_in(name, password, visit, access)


def _sign_in(name: str, password: str, visit: Visit, access: Access) -> NewSession:
    wanted = name.strip().lower()[: LONGEST_NAME + 1]
    tried = lockout.subjects(wanted, visit.address, access.secret.value)
    with access.database.writing() as session:
        lockout.count_attempt(session, tried, access.now())
        account = accounts.named(session, wanted)
        hashed = None if account is None else account.password_hash
    fits = access.passwords.fits(hashed, password[: LONGEST + 1])
    with access.database.writing() as session:
        account = accounts.named(session, wanted)
        if not fits or account is None or account.password_hash != hashed:
            known = wanted if account is not None else "a name that nobody has"
            record(session, NOBODY.at(visit.address), "session.refuse", known, at=access.now())
            begun = None
        else:
            lockout.count_success(session, tried, access.now())
            begun = begin_session(session, account, visit, access=access)
            by = actor_of(account).at(visit.address)
            record(session, by, "session.begin", account.name, visit.agent, at=access.now())
    if begun is None:
        raise WrongCredentials("no account has this name and this password")
    if hashed is not None and access.passwords.is_dated(hashed):
        _renew(wanted, hashed, password, access)
    return begun


def begin_session(
    session: Session, account: Account, visit: Visit, *, access: Access
) -> NewSession:
    """Begin a session under a token that nobody has had before; the browser's former one ends."""
    token, now = new_token(), access.now()
    accounts.sweep_sessions(session, now, now - access.unused_session)
    if visit.former is not None:
        accounts.end_session(session, digest_of(visit.former))
    row = AccountSession(
        digest=digest_of(token),
        account_id=account.id,
        created_at=now,
        used_at=now,
        ends_at=now + LONGEST_SESSION,
        address=visit.address[:LONGEST_ADDRESS],
        agent=visit.agent[:LONGEST_AGENT],
    )
    session.add(row)
    account.signed_in_at = now
    session.flush()
    return NewSession(token, row.ends_at)


def who_has(token: str, *, access: Access) -> Actor | None:
    """Give the account of a session's token; None where the session has ended."""
    with access.database.reading() as session:
        found = accounts.open_session(session, digest_of(token))
    now = access.now()
    if found is None or found.ends_at <= now or found.used_at <= now - access.unused_session:
        return None
    access.uses.note_session(found.digest, found.used_at)
    return Actor(
        ActorKind.ACCOUNT, found.name, found.account_id, role=found.role, session=found.digest
    )


def sign_out(by: Actor, *, access: Access) -> None:
    """End the session that somebody asks with."""
    with access.database.writing() as session:
        record(session, by, "session.end", by.name, at=access.now())
        if by.session is not None:
            accounts.end_session(session, by.session)


def sign_out_everywhere(by: Actor, *, access: Access) -> int:
    """End every session of somebody's account; say how many there were."""
    with access.database.writing() as session:
        ended = 0 if by.id is None else len(accounts.sessions_of(session, by.id))
        record(session, by, "session.end_all", by.name, f"sessions={ended}", at=access.now())
        if by.id is not None:
            accounts.end_sessions_of(session, by.id)
    return ended


def open_sessions(by: Actor, *, access: Access) -> list[AccountSession]:
    """List the sessions of somebody's account, the latest used first."""
    now = access.now()
    with access.database.reading() as session:
        every = [] if by.id is None else accounts.sessions_of(session, by.id)
        return [
            each
            for each in every
            if each.ends_at > now and each.used_at > now - access.unused_session
        ]


def actor_of(account: Account) -> Actor:
    """Give an account as one who acts."""
    return Actor(ActorKind.ACCOUNT, account.name, account.id, role=Role.of(account.role))


def _renew(name: str, hashed: str, password: str, access: Access) -> None:
    """Keep a password by the rules of now, unless it was changed meanwhile."""
    renewed = access.passwords.hash(password)
    with access.database.writing() as session:
        account = accounts.named(session, name)
        if account is not None and account.password_hash == hashed:
            account.password_hash = renewed
