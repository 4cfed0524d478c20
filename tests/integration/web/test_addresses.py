"""Products whose SKUs look like addresses have pages and answers of their own."""

from dataclasses import replace

import pytest

from service.settings.environment import Settings
from service.web.app import create_app
from service.wiring import build_services
from tests.fakes import MeanColourEncoder
from tests.stock import fill, shades

SKUS = ["a", "a/similar", "/lead", "trail/", "X/similar", "a/b/similar/similar", "..", "a~2Fb"]
SKUS += ["a//b", "50%2F", "similar", "é b", "./x", "?q", "#h", "~"]


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    settings = Settings(home=tmp_path_factory.mktemp("home"))
    parts = build_services(settings, encoder=MeanColourEncoder())
    items = zip(shades(len(SKUS)), SKUS, strict=True)
    fill(parts, [replace(item, sku=sku, url=None) for item, sku in items])
    yield create_app(parts).test_client()
    parts.close()


def address_of(client, sku):
    listed = client.get("/api/v1/products?per_page=100").get_json()["products"]
    [url] = [each["url"] for each in listed if each["sku"] == sku]
    return url


@pytest.mark.parametrize("sku", SKUS)
def test_the_address_in_an_answer_is_of_that_product_on_pages_and_in_the_api(client, sku):
    url = address_of(client, sku)

    page, similar = client.get(url), client.get(f"{url}/similar")
    told = client.get(f"/api/v1{url}").get_json()
    alike = client.get(f"/api/v1{url}/similar?per_page=100").get_json()

    assert (page.status_code, similar.status_code) == (200, 200)
    assert told["sku"] == sku
    assert {hit["sku"] for hit in alike["hits"]} == set(SKUS) - {sku}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/products//lead", "/products/~2Flead"),
        ("/products/%2Flead", "/products/~2Flead"),
        ("/products/a/b/similar/similar", "/products/a~2Fb~2Fsimilar~2Fsimilar"),
        ("/products/X/similar", "/products/X~2Fsimilar"),
        ("/products/trail//similar", "/products/trail~2F/similar"),
        ("/products/similar/", "/products/similar"),
    ],
)
@pytest.mark.parametrize("under", ["", "/api/v1"])
def test_an_address_of_before_leads_to_that_of_now(client, old, new, under):
    answer = client.get(under + old)

    assert answer.status_code == 308
    assert answer.headers["Location"] == under + new


@pytest.mark.parametrize(
    "address", ["/products/", "/products//", "/products/no/such", "/products/q/similar"]
)
@pytest.mark.parametrize("under", ["", "/api/v1"])
def test_what_leads_nowhere_is_a_404(client, address, under):
    assert client.get(under + address).status_code == 404


def test_an_address_that_could_be_two_is_of_the_look_alikes(client):
    assert "a" not in {
        h["sku"] for h in client.get("/api/v1/products/a/similar").get_json()["hits"]
    }
