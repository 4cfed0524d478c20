"""A look behind the demonstration: an account that has no password, and a link that serves once."""

from catalog.access import accounts
from catalog.access.tables import Account
from catalog.access.terms import Purpose, Role
from service.access.actor import at_the_machine
from service.access.links import IssuedLink, issue
from service.access.log import record
from service.access.parts import Access

NAME = "demo"
_HOURS = 24


def staff_link(*, access: Access) -> IssuedLink | None:
    """Give a link to the staff's pages of a demonstration; None where a shop has its own staff.

    The account `demo` is added where there is none at all. Once somebody gives it a password, it
    is theirs, and no link is made any more.
    """
    with access.database.writing() as session:
        account = accounts.named(session, NAME)
        if account is None:
            if accounts.every(session):
                return None
            account = Account(name=NAME, role=Role.ADMIN.value)
            session.add(account)
            session.flush()
            by = at_the_machine()
            record(session, by, "account.add", NAME, "of the demonstration", at=access.now())
        if account.password_hash is not None:
            return None
        return issue(session, account, Purpose.SIGN_IN, _HOURS, access=access)
