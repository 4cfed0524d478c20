"""Several server processes know the same sessions, forms and keys."""

import http.client
import re
from urllib.parse import urlencode, urlsplit

import pytest

from service.access.accounts import add_account, remove_account
from service.access.actor import at_the_machine
from service.access.keys import KeyWish, create_key, revoke_key
from service.access.parts import build_access
from service.settings.environment import Settings
from service.wiring import build_services
from tests.doors import PASSWORD, token_on
from tests.live_server import serving

ASKED = 40  # so often that each of two workers answers some: the kernel deals them out


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("shop"), workers="2", log_level="INFO") as running:
        yield running


@pytest.fixture
def access(server):
    services = build_services(Settings(home=server.home))
    yield build_access(services.settings, services.database)
    services.close()


def ask(server, method, path, brought=None, form=None, **headers):
    """Ask on a connection of its own, so that any worker may answer."""
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=30)
    if brought:
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in brought.items())
    if form is not None:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    connection.request(method, path, None if form is None else urlencode(form), headers)
    answer = connection.getresponse()
    text = answer.read().decode()
    cookies = answer.msg.get_all("Set-Cookie") or []
    given = {each.partition("=")[0]: re.split("[=;]", each)[1] for each in cookies}
    connection.close()
    return answer.status, text, given


def test_a_session_begun_with_one_is_known_and_ended_with_all(server, access):
    link = add_account("ada", "admin", 1, by=at_the_machine(), access=access)
    path = f"/staff/invited/{link.token}"
    _, page, visitor = ask(server, "GET", path)
    form = {"form_token": token_on(page), "password": PASSWORD, "again": PASSWORD}
    status, _, given = ask(server, "POST", path, visitor, form)
    session = {"lookalike-session": given["lookalike-session"]}

    known = {ask(server, "GET", "/staff", session)[0] for _ in range(ASKED)}
    pages = [ask(server, "GET", "/staff", session)[1] for _ in range(4)]
    answers = {
        ask(server, "POST", "/staff/users", session, {"form_token": token_on(page), "name": ""})[0]
        for page in pages
        for _ in range(4)
    }
    remove_account("ada", by=at_the_machine(), access=access)
    after = {ask(server, "GET", "/staff", session)[0] for _ in range(ASKED)}

    assert status == 303
    assert known == {200}
    assert answers == {422}  # the form is known to all; the name is none
    assert after == {303}
    assert server.log.read_text().count("answers") >= 2  # two workers


def test_a_key_that_is_revoked_opens_nothing_with_any(server, access):
    drawn = create_key(KeyWish("till", ("read",)), by=at_the_machine(), access=access)
    shown = {"Authorization": f"Bearer {drawn.key}"}

    before = {ask(server, "GET", "/api/v1/products", **shown)[0] for _ in range(ASKED)}
    revoke_key(drawn.prefix, by=at_the_machine(), access=access)
    after = {ask(server, "GET", "/api/v1/products", **shown)[0] for _ in range(20)}

    assert before == {200}
    assert after == {401}


def test_wrong_passwords_are_counted_together(server, access):
    found = []
    for _ in range(8):
        _, page, visitor = ask(server, "GET", "/staff/sign-in")
        form = {"form_token": token_on(page), "name": "eve", "password": "a guess"}
        found.append(ask(server, "POST", "/staff/sign-in", visitor, form)[0])

    assert found == [401] * 5 + [429] * 3
