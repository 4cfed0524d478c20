"""What is said of a photo that is no garment, or like nothing in the shop."""

from dataclasses import replace

import pytest

from embeddings.model.bundle import write_bundle_json
from service.settings.environment import Settings
from service.web.app import create_app
from service.wiring import build_services
from tests.fakes import plain_picture
from tests.integration.web.forms import send
from tests.stock import fill, shades
from tests.tiny_bundle import COLOUR, COLOUR_LABELS, make_bundle

PICTURE = plain_picture((250, 20, 20))


@pytest.fixture
def client_of(tmp_path):
    """Give the client of a shop whose model rejects as told."""
    made = []

    def build(**rejection):
        bundle = make_bundle(tmp_path / "bundle", labels=COLOUR_LABELS, spec=COLOUR)
        write_bundle_json(replace(bundle, rejection=replace(bundle.rejection, **rejection)))
        parts = build_services(Settings(home=tmp_path / "home", bundle=str(tmp_path / "bundle")))
        made.append(parts)
        fill(parts, shades(6))
        return create_app(parts).test_client()

    yield build
    for parts in made:
        parts.close()


def page_of(client):
    return client.get(send(client, PICTURE, to="/search").headers["Location"]).text


def test_what_is_no_garment_is_said_and_the_nearest_still_shown(client_of):
    client = client_of(garment_threshold=1.0)

    page = page_of(client)
    told = send(client, PICTURE).get_json()

    assert told["verdict"] == "not_a_garment"
    assert len(told["hits"]) == 6
    assert "This does not look like a garment" in page
    assert "Nearest, but not a match" in page
    assert page.count('class="card doubtful"') == 6
    assert "likely the same kind" not in page


def test_what_is_like_nothing_here_is_said_and_the_nearest_still_shown(client_of):
    client = client_of(garment_threshold=0.0, close_match_cosine=1.1)

    page = page_of(client)
    told = send(client, PICTURE).get_json()

    assert told["verdict"] == "no_close_match"
    assert "Nothing in the shop comes really close" in page
    assert page.count('class="card doubtful"') == 6


@pytest.mark.parametrize("closest", [1.1, -1.0])
def test_of_a_product_the_same_is_said_as_of_a_photo(client_of, closest):
    client = client_of(garment_threshold=0.0, close_match_cosine=closest)
    sku = client.get("/api/v1/products").get_json()["products"][0]["sku"]

    for address in (f"/products/{sku}", f"/products/{sku}/similar"):
        page = client.get(address).text
        assert ("Nearest, but not a match" in page) is (closest > 1)
        assert ("Looks like it" in page) is (closest <= 1)


def test_a_match_is_shown_without_a_doubt(client_of):
    client = client_of(garment_threshold=0.0, close_match_cosine=-1.0)

    page = page_of(client)

    assert send(client, PICTURE).get_json()["verdict"] == "match"
    assert "doubtful" not in page
    assert "We think this is" in page
