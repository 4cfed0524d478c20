"""Who may, where a web server stands in front: paths, schemes, addresses."""

import pytest

from service.settings.environment import Settings
from service.web.app import create_app
from service.wiring import build_services
from tests.doors import PASSWORD, access_of, member, token_on
from tests.fakes import MeanColourEncoder

PROXY = {"REMOTE_ADDR": "10.1.2.3"}
HEADERS = {"X-Forwarded-Prefix": "/find", "X-Forwarded-Proto": "https", "X-Forwarded-For": ""}


@pytest.fixture
def shop(tmp_path):
    settings = Settings(home=tmp_path / "home", trusted_proxy="10.1.0.0/16")
    services = build_services(settings, MeanColourEncoder())
    access = access_of(services)
    member("ada", "admin", access=access)
    yield create_app(services, access).test_client(use_cookies=False)
    services.close()


def come(client, visitor, password=PASSWORD, **form):
    headers = HEADERS | {"X-Forwarded-For": visitor}
    page = client.get("/staff/sign-in", headers=headers, environ_overrides=PROXY)
    kept = page.headers["Set-Cookie"].partition(";")[0]
    data = {"form_token": token_on(page.text), "name": "ada", "password": password, **form}
    headers |= {"Cookie": kept}
    return client.post("/staff/sign-in", data=data, headers=headers, environ_overrides=PROXY)


def test_cookies_and_addresses_lie_under_the_shops_path(shop):
    answer = come(shop, "192.0.2.1", next="/staff/audit")

    assert answer.location == "/find/staff/audit"
    [told] = [each for each in answer.headers.getlist("Set-Cookie") if "session=" in each]
    assert told.startswith("__Secure-lookalike-session=")
    assert "Path=/find" in told
    assert "Secure" in told


def test_the_door_is_under_the_path_too(shop):
    answer = shop.get("/staff/keys", headers=HEADERS, environ_overrides=PROXY)

    assert answer.location == "/find/staff/sign-in?next=/staff/keys"


def test_visitors_are_counted_by_their_own_addresses(shop):
    guesses = [
        come(shop, f"192.0.2.{number}", "a guess", name=f"n{number}") for number in range(25)
    ]

    assert {each.status_code for each in guesses} == {401}
    assert come(shop, "192.0.2.200").status_code == 303


def test_addresses_of_ipv6_are_told_apart_by_what_is_not_anybodys_to_choose(shop):
    guesses = [
        come(shop, f"2001:db8:0:1::{number:x}", "a guess", name=f"n{number}").status_code
        for number in range(1, 22)
    ]

    assert guesses == [401] * 20 + [429]
    assert come(shop, "2001:db8:0:2::1").status_code == 303


def test_a_one_time_link_made_on_a_page_is_of_the_public_address(shop):
    session = come(shop, "192.0.2.1").headers.getlist("Set-Cookie")[0].partition(";")[0]
    headers = HEADERS | {"Cookie": session}
    page = shop.get("/staff/users", headers=headers, environ_overrides=PROXY)
    data = {"form_token": token_on(page.text), "name": "bea", "role": "viewer"}

    made = shop.post("/staff/users", data=data, headers=headers, environ_overrides=PROXY)

    assert 'value="https://localhost/find/staff/invited/' in made.text
