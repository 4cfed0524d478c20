"""A server that starts: its first routes answer, whoever asks for another one waits for it."""

import threading
from concurrent.futures import ThreadPoolExecutor, wait

import pytest
from werkzeug.routing import IntegerConverter
from werkzeug.test import Client

from service.errors import ServerBusy
from service.server.refusals import refusals
from service.web.building import build_app, share
from service.web.first_topics import FIRST
from service.web.opening import Opening, is_answered, routes_of
from service.web.requests.problems import is_for_machines

PATIENCE_S = 60
SHORT_S = 0.2  # in which nothing happens


@pytest.fixture
def opening(services, access):
    return Opening(share(services, access))


@pytest.fixture
def elsewhere():
    with ThreadPoolExecutor(1) as thread:
        yield thread


def requests_of(app):
    """Name every route of an application with a method and an address of it."""
    addresses = routes_of(app)
    for rule in app.url_map.iter_rules():
        values = {
            name: 1 if isinstance(rule._converters[name], IntegerConverter) else "x"
            for name in rule.arguments
        }
        for method in rule.methods:
            yield rule.endpoint, method, addresses.build(rule.endpoint, values, method)


def test_the_first_routes_answer_what_is_theirs_and_nothing_that_another_answers(app, opening):
    first = opening.now
    routes = routes_of(first)

    answered = {
        (endpoint, method)
        for endpoint, method, path in requests_of(app)
        if is_answered(routes, path, method)
    }

    theirs = {
        (endpoint, method)
        for endpoint, method, path in requests_of(first)
        if method != "OPTIONS" and endpoint != "static"
    }
    assert ("api_search.search", "POST") in theirs
    assert answered == theirs


def test_the_first_routes_are_for_programs_whose_errors_need_no_page(services, access):
    app = build_app(share(services, access), FIRST)

    paths = [rule.rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]

    assert [path for path in paths if not is_for_machines(path)] == []


def test_a_search_does_not_wait_for_the_staffs_half(opening):
    client = Client(opening)

    found = client.get("/api/v1/products/R-000/similar").get_json()
    ready = client.get("/readyz")
    missing = client.get("/api/v1/products/none")

    assert not opening.is_whole
    assert found["hits"]
    assert ready.status_code == 200
    assert missing.status_code == 404
    assert missing.content_type == "application/problem+json"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 200),
        ("GET", "/staff", 303),
        ("GET", "/nowhere", 404),
        ("GET", "/static/base.css", 200),
        ("GET", "/api/v1/openapi.json", 200),
        ("GET", "/api/v1/jobs", 401),
        ("DELETE", "/api/v1/products/R-000", 401),
        ("PUT", "/api/v1/search", 405),
        ("OPTIONS", "/api/v1/products/R-000", 200),
    ],
)
def test_who_asks_for_another_route_waits_and_is_answered_as_ever(
    opening, app, elsewhere, method, path, status
):
    asked = elsewhere.submit(Client(opening).open, path, method=method, buffered=True)
    too_early = wait([asked], SHORT_S).done
    opening.load()
    told = asked.result()
    usual = app.test_client().open(path, method=method, buffered=True)

    assert not too_early
    assert told.status_code == usual.status_code == status
    assert told.headers.get("Allow") == usual.headers.get("Allow")
    assert told.headers.get("Location") == usual.headers.get("Location")


def test_what_was_counted_before_the_whole_was_there_stays_counted(opening):
    client = Client(opening)

    client.get("/api/v1/facets")
    opening.load()
    opening.whole()
    client.get("/api/v1/facets")

    count = 'lookalike_requests_total{method="GET",route="/api/v1/facets",status="200"} 2.0'
    assert count in client.get("/metrics").text


def test_the_whole_application_is_told_of_when_it_is_there(services, access):
    told = threading.Event()
    starting = Opening(share(services, access), told.set)

    starting.load()

    assert told.wait(PATIENCE_S)
    assert starting.is_whole


def test_a_refusal_before_there_are_pages_is_one_for_programs_and_then_one_for_people(opening):
    refused = refusals(opening, opening.shared.web.metrics, access_log=False)

    early = dict(refused(ServerBusy("full"), "/", None).headers)
    opening.load()
    opening.whole()
    late = dict(refused(ServerBusy("full"), "/", None).headers)

    assert early["Content-Type"] == "application/problem+json"
    assert late["Content-Type"].startswith("text/html")
