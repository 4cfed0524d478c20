"""Health, readiness, metrics, headers and the OpenAPI document."""

import re

import pytest
from sqlalchemy import text

from catalog import promotions
from service.settings.environment import Settings
from service.web.api.described import operation_of
from service.web.app import create_app
from tests.fakes import plain_picture
from tests.integration.web.forms import send

NOT_DESCRIBED = {"api_products.moved", "document.openapi", "document.docs"}  # the document itself


def test_a_process_that_answers_is_alive(client):
    assert client.get("/healthz").get_json() == {"status": "alive"}


def test_a_service_that_can_answer_is_ready(client, services):
    told = client.get("/readyz").get_json()

    assert told["status"] == "ready"
    assert told["drift"] is None  # nobody has counted it yet
    assert told["model"]["fingerprint"] == services.encoder.fingerprint


def test_one_damaged_reading_takes_no_shop_down(client, services):
    with services.database.writing() as session:
        session.execute(text("UPDATE reading SET embedding = x'00' WHERE photo_id = 1"))

    scraped = client.get("/metrics").text
    ready = client.get("/readyz")

    assert "lookalike_index_drift 1.0" in scraped
    assert (ready.status_code, ready.get_json()["drift"]) == (200, 1)


def test_readiness_follows_what_was_promoted_elsewhere(client, services):
    client.get("/readyz")
    with services.database.writing() as session:
        promotions.promote(session, "0" * 64, "gone", "/no/such/folder")

    assert client.get("/readyz").status_code == 503


def test_metrics_are_there_without_a_model(tmp_path):
    settings = Settings(home=tmp_path / "home", bundle="no-such-model")
    client = create_app(settings).test_client()

    ready, scraped = client.get("/readyz"), client.get("/metrics")

    assert ready.status_code == 503
    assert scraped.status_code == 200
    assert "lookalike_index_drift NaN" in scraped.text
    assert 'lookalike_requests_total{method="GET",route="/readyz",status="503"} 1.0' in scraped.text


def test_metrics_count_by_route_and_not_by_address(client):
    for number in range(3):
        client.get(f"/products/none-{number}")
        client.get(f"/nowhere/{number}")
    send(client, plain_picture())

    told = client.get("/metrics").text

    assert (
        'lookalike_requests_total{method="GET",route="/products/<sku:sku>",status="404"} 3' in told
    )
    assert 'route="unmatched",status="404"} 3' in told
    assert "none-1" not in told
    for stage in ("decode", "encode", "search", "load"):
        assert f'lookalike_stage_seconds_count{{stage="{stage}"}} 1.0' in told
    assert "lookalike_index_drift 0.0" in told


@pytest.mark.parametrize("route", ["/", "/healthz", "/api/v1/products", "/nowhere", "/api/v1/no"])
def test_every_answer_carries_the_security_headers(client, route):
    headers = client.get(route).headers

    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe-inline" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "Set-Cookie" not in headers


def test_every_route_of_the_api_is_in_the_document(app, client):
    paths = client.get("/api/v1/openapi.json").get_json()["paths"]

    routes = {
        re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith(("api_", "machine.", "document."))
        and rule.endpoint not in NOT_DESCRIBED
    }
    assert set(paths) == routes


def test_only_routes_for_machines_are_described(app):
    described = {
        rule.endpoint.split(".")[0]
        for rule in app.url_map.iter_rules()
        if operation_of(app.view_functions[rule.endpoint])
    }

    assert described == {
        "api_duplicates",
        "api_facets",
        "api_feed_missing",
        "api_feeds",
        "api_jobs",
        "api_products",
        "api_review",
        "api_search",
        "api_writes",
        "machine",
    }


def test_every_problem_type_of_ours_leads_to_an_explanation(client):
    kind = client.get("/api/v1/products/none").get_json()["type"]

    page, anchor = kind.split("#")
    assert f'id="{anchor}"' in client.get(page).text
