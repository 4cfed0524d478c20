"""Accounts as admins keep them: added, listed, given a role, let in anew, removed."""

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from catalog.access import accounts
from catalog.access.tables import Account
from catalog.access.terms import ActorKind, Purpose, Role
from service.access.actor import Actor
from service.access.links import IssuedLink, issue
from service.access.log import record
from service.access.parts import Access
from service.errors import BadAccess, UnknownAccess

_NAME = re.compile(r"[a-z0-9][a-z0-9._@+-]{0,63}")


@dataclass(frozen=True, slots=True)
class Member:
    """An account as it is listed."""

    name: str
    role: str
    created_at: datetime
    signed_in_at: datetime | None
    has_come: bool  # has a password
    sessions: int
    link_until: datetime | None  # of the link that waits, if one does


def checked_name(text: str) -> str:
    """Read an account's name, in whatever letters it was typed. Raises: BadAccess."""
    name = text.strip().lower()
    if not _NAME.fullmatch(name):
        raise BadAccess(
            "name",
            "a name has 1 to 64 of a-z, 0-9 and . _ @ + -, and begins with a letter or a digit; "
            f"got '{text[:80]}'",
        )
    return name


def checked_role(text: str) -> Role:
    """Read a role. Raises: BadAccess."""
    role = Role.of(text.strip().lower())
    if role is None:
        raise BadAccess("role", f"a role is {', '.join(Role)}; got '{text[:80]}'")
    return role


def add_account(name: str, role: str, hours: int, *, by: Actor, access: Access) -> IssuedLink:
    """Add an account, and give the link by which its owner chooses a password.

    Raises:
        BadAccess: the name or the role breaks its rule, or there is one of that name.
    """
    wanted, rank = checked_name(name), checked_role(role)
    with access.database.writing() as session:
        if accounts.named(session, wanted) is not None:
            raise BadAccess("name", f"there is an account '{wanted}' already")
        account = Account(name=wanted, role=rank.value)
        session.add(account)
        session.flush()
        link = issue(session, account, Purpose.INVITATION, hours, access=access)
        record(session, by, "account.add", wanted, f"role={rank}", at=access.now())
    return link


def members(*, access: Access) -> list[Member]:
    """List the accounts by name."""
    now = access.now()
    with access.database.reading() as session:
        links = accounts.links(session)
        return [
            Member(
                name=each.name,
                role=each.role,
                created_at=each.created_at,
                signed_in_at=each.signed_in_at,
                has_come=each.password_hash is not None,
                sessions=sum(
                    open_.ends_at > now and open_.used_at > now - access.unused_session
                    for open_ in accounts.sessions_of(session, each.id)
                ),
                link_until=links[each.id].ends_at
                if each.id in links and links[each.id].ends_at > now
                else None,
            )
            for each in accounts.every(session)
        ]


def change_role(name: str, role: str, *, by: Actor, access: Access) -> None:
    """Give an account another role, in force at its next click.

    Raises:
        BadAccess: there is no such role, or the last admin would be none.
        UnknownAccess: there is no such account.
    """
    rank = checked_role(role)
    with access.database.writing() as session:
        account = _meant(session, name)
        if account.role == rank.value:
            return
        if rank is not Role.ADMIN:
            _leave_an_admin(session, account, by)
        told = f"{account.role} -> {rank}"
        record(session, by, "account.role", account.name, told, at=access.now())
        account.role = rank.value


def reset_account(name: str, hours: int, *, by: Actor, access: Access) -> IssuedLink:
    """End an account's sessions, and give a link by which its owner chooses another password.

    The password of before opens nothing any more.

    Raises:
        UnknownAccess: there is no such account.
    """
    with access.database.writing() as session:
        account = _meant(session, name)
        purpose = Purpose.RESET if account.password_hash else Purpose.INVITATION
        told = f"sessions={len(accounts.sessions_of(session, account.id))}"
        record(session, by, "account.reset", account.name, told, at=access.now())
        account.password_hash = None
        accounts.end_sessions_of(session, account.id)
        return issue(session, account, purpose, hours, access=access)


def remove_account(name: str, *, by: Actor, access: Access) -> None:
    """Remove an account with its sessions; what it did stays in the log.

    Raises:
        BadAccess: it is the last admin's.
        UnknownAccess: there is no such account.
    """
    with access.database.writing() as session:
        account = _meant(session, name)
        _leave_an_admin(session, account, by)
        record(session, by, "account.remove", account.name, f"role={account.role}", at=access.now())
        accounts.end_sessions_of(session, account.id)
        accounts.drop_link(session, account.id)
        session.delete(account)


def _meant(session: Session, name: str) -> Account:
    account = accounts.named(session, name.strip().lower())
    if account is None:
        raise UnknownAccess(f"there is no account '{name[:80]}'")
    return account


def _leave_an_admin(session: Session, account: Account, by: Actor) -> None:
    """Keep a page from locking everybody out; the command line can always let somebody in."""
    if by.kind is ActorKind.COMMAND or account.role != Role.ADMIN.value:
        return
    if accounts.admins(session) == 1:
        raise BadAccess("name", "the last admin stays one: make somebody else an admin first")
