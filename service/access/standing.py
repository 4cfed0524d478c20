"""Whether somebody is still who they were when their request came.

A request may wait: for a picture to be decoded, for an import that writes. Who was let in before
may be out by then, so whoever writes is looked at again in the transaction that writes.
"""

from sqlalchemy.orm import Session

from catalog.access import accounts, keys
from catalog.access.terms import ActorKind
from service.access.actor import Actor
from service.errors import BadKey, NotAllowed, NotSignedIn


def confirm(session: Session, by: Actor) -> None:
    """Make sure that who asked may still do what they might; nobody changes it meanwhile.

    Those who work on their behalf later, and the command line, have neither session nor scopes.

    Raises:
        NotSignedIn: the session has been ended, or its account removed.
        NotAllowed: the account has a lesser role now.
        BadKey: the key has been revoked.
    """
    if by.session is not None:
        found = accounts.open_session(session, by.session)
        if found is None:
            raise NotSignedIn("this session was ended meanwhile: nothing was changed")
        if by.role is not None and (found.role is None or not found.role.covers(by.role)):
            raise NotAllowed(f"{by.name} was given a lesser role meanwhile: nothing was changed")
    if by.kind is ActorKind.KEY and by.scopes:
        row = keys.by_prefix(session, by.name)
        if row is None or row.revoked_at is not None:
            raise BadKey("the key was revoked meanwhile: nothing was changed")
