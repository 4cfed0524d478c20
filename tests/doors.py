"""The way into the staff's pages, as a browser goes it: forms with their tokens, and a clock."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import unescape

from argon2 import PasswordHasher
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from catalog.models import now
from service.access import accounts
from service.access.actor import at_the_machine
from service.access.links import accept
from service.access.parts import Access, build_access
from service.access.passwords import Passwords
from service.access.sessions import Visit
from service.wiring import Services

PASSWORD = "a few plain words"
_TOKEN = re.compile(r'name="form_token" value="([^"]+)"')


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 26, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        """Give the instant that it shows."""
        return self.at

    def goes_on(self, **by: float) -> None:
        """Turn it forward."""
        self.at += timedelta(**by)


def access_of(
    services: Services, clock: Callable[[], datetime] = now, memory_cost: int = 8
) -> Access:
    """Give a shop's accounts and keys; argon2 does as little as it can."""
    quick = PasswordHasher(time_cost=1, memory_cost=memory_cost, parallelism=1)
    return build_access(services.settings, services.database, passwords=Passwords(quick), now=clock)


def member(name: str, role: str, *, access: Access, password: str = PASSWORD) -> str:
    """Add an account whose owner has come already; give the token of that session."""
    link = accounts.add_account(name, role, 1, by=at_the_machine(), access=access)
    return accept(link.token, password, visit=Visit("192.0.2.9"), access=access).token


def token_on(page: str) -> str:
    """Give the token of a page's forms."""
    found = _TOKEN.search(page)
    assert found is not None, page
    return unescape(found[1])


def send(client: FlaskClient, page: str, to: str, **fields: object) -> TestResponse:
    """Send a form of a page with its token, as a browser does."""
    token = token_on(client.get(page).text)
    return client.post(to, data={"form_token": token, **fields})


def sign_in(
    client: FlaskClient, name: str, password: str = PASSWORD, **more: object
) -> TestResponse:
    """Fill in the form to sign in with."""
    return send(client, "/staff/sign-in", "/staff/sign-in", name=name, password=password, **more)
