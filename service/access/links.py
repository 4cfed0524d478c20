"""Links by which an account gets in once: an invitation, a reset, a look at the demonstration."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from catalog.access import accounts, attempts
from catalog.access.tables import Account, AccountLink
from catalog.access.terms import Purpose
from service.access.digests import digest_of, new_token
from service.access.lockout import subjects
from service.access.log import record
from service.access.parts import Access
from service.access.passwords import checked_password
from service.access.sessions import NewSession, Visit, actor_of, begin_session
from service.errors import ExpiredLink

USUAL_HOURS = 72
MOST_HOURS = 24 * 14


@dataclass(frozen=True, slots=True)
class IssuedLink:
    """A link that was just made: its token is told once."""

    account: str
    token: str
    purpose: Purpose
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class OpenLink:
    """What a link leads to."""

    account: str
    purpose: Purpose

    @property
    def asks_password(self) -> bool:
        """Whether its owner chooses a password."""
        return self.purpose is not Purpose.SIGN_IN


def issue(
    session: Session, account: Account, purpose: Purpose, hours: int, *, access: Access
) -> IssuedLink:
    """Give an account a link, in place of the one that it may have."""
    token, now = new_token(), access.now()
    link = AccountLink(
        account_id=account.id,
        digest=digest_of(token),
        purpose=purpose.value,
        created_at=now,
        ends_at=now + timedelta(hours=hours),
    )
    accounts.put_link(session, link)
    return IssuedLink(account.name, token, purpose, link.ends_at)


def look_at(token: str, *, access: Access) -> OpenLink:
    """Return what a link leads to, without using it. Raises: ExpiredLink."""
    with access.database.reading() as session:
        link, account = _open(session, token, access)
        return OpenLink(account.name, _purpose(link))


def accept(token: str, password: str, *, visit: Visit, access: Access) -> NewSession:
    """Use a link: its owner's password is set, sessions of before end, and a new one begins.

    Raises:
        ExpiredLink: it is unknown, used or past its end.
        BadAccess: the password breaks its rule; the link can be used still.
        ServerBusy: too many come in at once.
    """
    with access.door.passing():
        return _accept(token, password, visit, access)


def _accept(token: str, password: str, visit: Visit, access: Access) -> NewSession:
    opened = look_at(token, access=access)
    hashed = None
    if opened.asks_password:
        # Before the transaction: it takes a moment, in which nobody else could write.
        hashed = access.passwords.hash(checked_password(password, opened.account))
    with access.database.writing() as session:
        link, account = _open(session, token, access)
        if _purpose(link) is not opened.purpose:
            raise _used()
        if hashed is not None:
            account.password_hash = hashed
            accounts.end_sessions_of(session, account.id)
        accounts.drop_link(session, account.id)
        of_account = subjects(account.name, visit.address, access.secret.value)[0]
        attempts.forget(session, of_account)
        begun = begin_session(session, account, visit, access=access)
        by = actor_of(account).at(visit.address)
        record(session, by, "account.accept", account.name, opened.purpose.value, at=access.now())
    return begun


def _open(session: Session, token: str, access: Access) -> tuple[AccountLink, Account]:
    found = accounts.link_of(session, digest_of(token))
    if found is None or found[0].ends_at <= access.now():
        raise _used()
    return found


def _purpose(link: AccountLink) -> Purpose:
    purpose = Purpose.of(link.purpose)
    if purpose is None:
        raise _used()
    return purpose


def _used() -> ExpiredLink:
    return ExpiredLink("this link was used, or its time is over: ask an admin for another")
