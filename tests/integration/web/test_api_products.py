"""The catalogue over the JSON API."""

import pytest

from service.stock.changing import label_product


def test_products_are_listed_page_by_page(client):
    first = client.get("/api/v1/products?per_page=20").get_json()
    second = client.get("/api/v1/products?per_page=20&page=2").get_json()

    assert (first["total"], first["pages"]) == (30, 2)
    listed = [each["sku"] for each in first["products"] + second["products"]]
    assert len(set(listed)) == 30


def test_products_are_narrowed_by_category(client):
    told = client.get("/api/v1/products?category=blue&per_page=100").get_json()

    assert told["total"] == 10
    assert {each["category"] for each in told["products"]} == {"blue"}


def test_one_product_says_everything_that_is_known(client):
    told = client.get("/api/v1/products/G-001").get_json()

    assert told["title"] == "Green shirt no 1"
    assert (told["price"], told["currency"], told["stock"]) == (11.0, "EUR", 1)
    assert (told["category"], told["category_by"]) == ("green", "model")
    assert len(told["photo_urls"]) == 1
    assert 0 < told["confidence"] <= 1


def test_confidence_is_of_the_category_and_so_of_none_that_a_person_said(client, services):
    before = client.get("/api/v1/products/G-001").get_json()
    label_product("G-001", "Hat", services=services)

    told = client.get("/api/v1/products/G-001").get_json()

    assert (told["category"], told["category_by"], told["confidence"]) == ("Hat", "human", None)
    of_model = before["category"], before["confidence"]
    assert (told["model_category"], told["model_confidence"]) == of_model


def test_similar_products_are_nearest_first(client):
    told = client.get("/api/v1/products/B-002/similar?per_page=3").get_json()

    assert [hit["sku"] for hit in told["hits"]] == ["B-005", "B-008", "B-011"]


@pytest.mark.parametrize("route", ["/api/v1/products/none", "/api/v1/products/none/similar"])
def test_an_unknown_product_is_a_404(client, route):
    answer = client.get(route)

    assert answer.status_code == 404
    assert answer.mimetype == "application/problem+json"
    assert answer.get_json()["type"].endswith("#unknown-product")


def test_a_misspelt_filter_is_not_quietly_ignored(client):
    answer = client.get("/api/v1/products?catgory=blue")

    assert answer.status_code == 422
    assert list(answer.get_json()["errors"]) == ["catgory"]


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_nobody_changes_the_catalogue_without_a_key(client, method):
    before = client.get("/api/v1/products/G-001").get_json()

    answer = getattr(client, method)("/api/v1/products/G-001", json={"title": "Mine"})

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert answer.mimetype == "application/problem+json"
    assert client.get("/api/v1/products/G-001").get_json() == before


def test_a_method_that_a_route_does_not_offer_is_told_what_it_offers(client):
    answer = client.post("/api/v1/products/G-001")

    assert answer.status_code == 405
    assert {"GET", "PUT", "PATCH", "DELETE"} <= {*answer.headers["Allow"].split(", ")}
    assert answer.mimetype == "application/problem+json"


def test_an_unknown_route_of_the_api_is_a_problem_document(client):
    answer = client.get("/api/v1/nothing")

    assert answer.status_code == 404
    assert answer.mimetype == "application/problem+json"
    assert answer.get_json()["type"] == "about:blank"
