"""What the public sees, and by which address, as the settings have it."""

import json
import logging

import pytest

from service.settings.environment import Settings
from service.web.app import create_app
from service.web.monitoring.logs import JsonFormatter
from service.wiring import build_services
from tests.fakes import MeanColourEncoder
from tests.stock import fill, shades

PROXY = {"REMOTE_ADDR": "10.1.2.3"}


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    parts = build_services(Settings(home=home), encoder=MeanColourEncoder())
    fill(parts, shades(3))
    parts.close()
    return home


@pytest.fixture
def client_of(shop):
    opened = []

    def make(**settings):
        parts = build_services(Settings(home=shop, **settings), encoder=MeanColourEncoder())
        opened.append(parts)
        return create_app(parts).test_client()

    yield make
    for parts in opened:
        parts.close()


def test_a_named_web_server_is_believed(client_of):
    client = client_of(trusted_proxy="10.1.0.0/16")
    headers = {"X-Forwarded-Prefix": "/find", "X-Forwarded-Proto": "https"}

    page = client.get("/browse", headers=headers, environ_overrides=PROXY)
    told = client.get("/api/v1/products", headers=headers, environ_overrides=PROXY)

    assert 'href="/find/products/' in page.text
    assert told.get_json()["products"][0]["photo_url"].startswith("/find/photos/")


@pytest.mark.parametrize("trusted", [None, "10.9.0.0/16"])
def test_nobody_else_is(client_of, trusted):
    client = client_of(trusted_proxy=trusted)

    page = client.get("/browse", headers={"X-Forwarded-Prefix": "/find"}, environ_overrides=PROXY)

    assert "/find" not in page.text


@pytest.mark.parametrize(
    "prefix", ["//evil.example", "https://evil.example", "/a b", '/"><script>', "/../x?", "find"]
)
def test_a_prefix_that_a_visitor_made_up_is_left_alone(client_of, prefix):
    client = client_of(trusted_proxy="10.1.2.3")

    page = client.get("/browse", headers={"X-Forwarded-Prefix": prefix}, environ_overrides=PROXY)

    assert page.status_code == 200
    assert 'href="/browse"' in page.text
    assert "evil" not in page.text


def test_with_a_public_address_answers_and_the_document_name_it(client_of):
    client = client_of(public_url="https://shop.example/find")

    told = client.get("/find/api/v1/products").get_json()["products"][0]
    document = client.get("/api/v1/openapi.json").get_json()

    assert told["photo_url"].startswith("https://shop.example/find/photos/")
    assert document["servers"] == [{"url": "https://shop.example/find"}]


@pytest.mark.parametrize(
    ("settings", "closed"),
    [
        ({"metrics": "off"}, ["/metrics", "/readyz"]),
        ({"metrics": "127.0.0.1:9100"}, ["/metrics", "/readyz"]),
        ({"docs": "off"}, ["/api/v1/docs", "/api/v1/openapi.json"]),
    ],
)
def test_what_is_closed_is_not_there_and_the_rest_is(client_of, settings, closed):
    client = client_of(**settings)

    assert {client.get(path).status_code for path in closed} == {404}
    others = {"/healthz", "/readyz", "/metrics", "/api/v1/docs", "/robots.txt"} - set(closed)
    assert {client.get(path).status_code for path in others} == {200}


def test_crawlers_are_kept_from_searches_and_from_every_filter(client_of):
    lines = client_of().get("/robots.txt").text.splitlines()

    assert lines[0] == "User-agent: *"
    assert {"Disallow: /search", "Disallow: /api/", "Disallow: /*?"} <= set(lines)


@pytest.mark.parametrize("path", ["/", "/browse", "/products/R-000", "/nowhere", "/robots.txt"])
def test_every_answer_says_how_long_it_may_be_kept(client_of, path):
    assert client_of().get(path).headers["Cache-Control"]


@pytest.mark.parametrize(
    ("given", "kept"), [("abc-123.x", True), (None, False), ("a" * 65, False), ("a b", False)]
)
def test_an_answer_bears_its_requests_name(client_of, given, kept):
    headers = {} if given is None else {"X-Request-Id": given}

    names = [client_of().get("/healthz", headers=headers).headers["X-Request-Id"] for _ in "ab"]

    assert (names == [given, given]) == kept
    assert kept or (names[0] != names[1] and len(names[0]) == 16)


def test_a_line_a_request_names_its_route_and_not_its_address(client_of, caplog):
    caplog.set_level(logging.INFO)
    client = client_of(access_log="on")

    client.get("/search/a-secret-token")

    [record] = [each for each in caplog.records if each.name == "lookalike.access"]
    assert record.facts["route"] == "/search/<token>"
    assert record.facts["status"] == 410
    assert "a-secret-token" not in caplog.text
    assert json.loads(JsonFormatter().format(record))["method"] == "GET"


def test_no_line_is_written_unless_it_is_wanted(client_of, caplog):
    caplog.set_level(logging.DEBUG)

    client_of().get("/browse")

    assert [each for each in caplog.records if each.name == "lookalike.access"] == []


def test_a_fault_of_ours_tells_a_stranger_no_path(tmp_path):
    bundle = tmp_path / "secret-place" / "bundle"
    parts = build_services(Settings(home=tmp_path / "home", bundle=str(bundle)))
    client = create_app(parts).test_client()

    answers = [client.get(path) for path in ("/readyz", "/browse", "/api/v1/products", "/")]

    assert answers[0].status_code == 503
    assert not [each for each in answers if "secret-place" in each.text]
    parts.close()
