"""Colours, the label tree and weights, over the API and on the pages, with a tiny real network."""

import re
import shutil

import pytest

from service.settings.environment import Settings
from service.web.app import create_app
from service.wiring import build_services
from tests.fakes import plain_picture
from tests.integration.web.forms import send
from tests.stock import Item, fill
from tests.tiny_bundle import COLOUR, COLOUR_LABELS, COLOUR_NAMES, make_bundle

RED, GREEN, BLUE, DARK = (250, 10, 10), (10, 250, 10), (10, 10, 250), (20, 20, 30)
ITEMS = [
    Item("R1", RED, title="First red", category="red", stock=1),
    Item("R2", (230, 20, 20), title="Second red", category="green", stock=0),
    Item("G1", GREEN, title="A green", category="green"),
    Item("B1", BLUE, title="A blue", category="blue"),
    Item("D1", DARK, title="A dark one", category="cold"),
    Item("X1", DARK, title="Nobody's", category="hat", pictured=False),
]


def client_of(tmp_path, **options):
    bundle = make_bundle(
        tmp_path / "bundle", labels=COLOUR_LABELS, spec=COLOUR, name="tiny", **options
    )
    parts = build_services(Settings(home=tmp_path / "home", bundle=str(bundle.path)))
    fill(parts, ITEMS)
    return parts, create_app(parts).test_client()


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    parts, made = client_of(
        tmp_path_factory.mktemp("coloured"),
        colours=COLOUR_NAMES,
        tree={"green": "cold", "blue": "cold"},
        halves={"kind": (0, 8), "look": (8, 16)},
    )
    yield made
    parts.close()


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """A shop whose model tells neither colours nor a tree, and weighs nothing."""
    parts, made = client_of(tmp_path_factory.mktemp("plain"))
    yield made
    parts.close()


def listed(client, query):
    told = client.get(f"/api/v1/products?per_page=100&{query}").get_json()
    found = send(client, plain_picture(RED), to="/api/v1/search", **_form(query)).get_json()
    pictured = {each["sku"] for each in told["products"]} - {"X1"}
    assert {hit["sku"] for hit in found["hits"]} == pictured
    return {each["sku"] for each in told["products"]}


def _form(query):
    return dict(part.split("=") for part in query.split("&") if part)


def shown(page):
    return re.findall(r'class="cover" href="/products/([^"]+)"', page.text)


def search(client, colour=RED):
    return send(client, plain_picture(colour), to="/search").headers["Location"]


def test_a_colour_narrows_a_list_and_a_search(client):
    assert listed(client, "colour=red") == {"R1", "R2"}
    assert listed(client, "colour=BLUE") == {"B1"}


def test_several_colours_are_one_or_the_other(client):
    told = client.get("/api/v1/products?colour=red&colour=black&in_stock=true").get_json()

    assert {each["sku"] for each in told["products"]} == {"R1", "D1"}


def test_products_and_photos_say_their_colour(client):
    product = client.get("/api/v1/products/D1").get_json()
    unseen = client.get("/api/v1/products/X1").get_json()
    found = send(client, plain_picture(BLUE), to="/api/v1/search").get_json()

    assert product["colour"] == "black"
    assert 0.5 < product["colour_confidence"] <= 1
    assert (unseen["colour"], unseen["colour_confidence"]) == (None, None)
    assert found["colour"]["label"] == "blue"
    assert {hit["sku"]: hit["colour"] for hit in found["hits"]}["G1"] == "green"
    assert found["score_means"] == "kind"


@pytest.mark.parametrize("to", ["/api/v1/products", "/api/v1/products/R1/similar"])
def test_a_colour_that_the_model_does_not_tell_is_refused_by_name(client, to):
    answer = client.get(f"{to}?colour=red&colour=pink")

    assert answer.status_code == 422
    assert answer.get_json()["detail"] == (
        "colour: must be one of black, red, green, blue; got 'pink'"
    )
    assert list(answer.get_json()["errors"]) == ["colour"]


def test_a_model_without_colours_offers_none(plain):
    answer = plain.get("/api/v1/products?colour=red")
    page = plain.get("/browse")

    assert answer.status_code == 422
    assert answer.get_json()["detail"] == "colour: the model tiny tells no colours"
    assert 'name="colour"' not in page.text
    assert 'name="weight"' not in plain.get("/products/R1/similar").text
    assert plain.get("/api/v1/products/R1").get_json()["colour"] is None
    assert plain.get("/api/v1/facets").get_json()["colours"] == []


def test_a_category_holds_what_belongs_to_it(client):
    assert listed(client, "category=cold") == {"R2", "G1", "B1", "D1"}
    assert listed(client, "category=green") == {"R2", "G1"}
    assert listed(client, "category=cold&colour=red") == {"R2"}


def test_without_a_tree_a_category_is_itself(plain):
    assert listed(plain, "category=cold") == {"D1"}


def test_facets_say_what_there_is_to_choose_from(client):
    told = client.get("/api/v1/facets").get_json()

    assert [tuple(each.values()) for each in told["categories"]] == [
        ("cold", None, 4),
        ("blue", "cold", 1),
        ("green", "cold", 2),
        ("hat", None, 1),
        ("red", None, 1),
    ]
    assert told["colours"] == [
        {"label": "black", "products": 1},
        {"label": "red", "products": 2},
        {"label": "green", "products": 1},
        {"label": "blue", "products": 1},
    ]
    assert told["weights"] == ["balanced", "kind", "look"]


def test_browsing_walks_down_the_tree(client):
    top, inside = client.get("/browse"), client.get("/browse?category=green")

    aisles = re.findall(r"<span>([^<]+)</span> <span class=\"number\">(\d+)</span>", top.text)
    assert aisles == [("All", "6"), ("cold", "4"), ("hat", "1"), ("red", "1")]
    assert {"R2", "G1"} == set(shown(inside))
    deeper = re.findall(r"<span>([^<]+)</span> <span class=\"number\">(\d+)</span>", inside.text)
    assert ("blue", "1") in deeper
    assert inside.text.count('aria-current="true"') == 2  # the root, and the category itself
    assert re.search(r'href="/browse\?category=cold">cold</a>', client.get("/products/G1").text)


def test_the_pages_narrow_by_colour_and_say_so(client):
    address = search(client)

    page = client.get(f"{address}?colour=red&colour=blue")

    assert set(shown(page)) == {"R1", "R2", "B1"}
    assert page.text.count('name="colour"') == 4
    ticked = re.findall(r'name="colour" value="(\w+)" checked', page.text)
    assert ticked == ["red", "blue"]


def test_a_search_by_photo_offers_its_colour_as_one_click(client):
    page = client.get(search(client, DARK))

    [link] = re.findall(r'href="([^"]+)"[^>]*>Only black', page.text)
    assert shown(client.get(link.replace("&amp;", "&"))) == ["D1"]


def test_a_colour_of_another_model_is_left_out_of_a_page_and_said(client):
    page = client.get("/browse?colour=pink")

    assert page.status_code == 200
    assert "not a colour we can tell" in page.text
    assert len(shown(page)) == 6


def test_a_product_page_says_its_colour_in_words(client):
    assert re.search(r"<dt>Colour</dt>.*?black", client.get("/products/D1").text, re.DOTALL)
    assert "Not yet told" in client.get("/products/X1").text


@pytest.mark.parametrize("weight", ["kind", "look", "balanced"])
def test_a_search_can_weigh_look_against_kind(client, weight):
    found = send(client, plain_picture(RED), to="/api/v1/search", weight=weight).get_json()
    like = client.get(f"/api/v1/products/R1/similar?weight={weight}").get_json()

    scores = [hit["score"] for hit in found["hits"]]
    assert scores == sorted(scores, reverse=True)
    assert found["hits"][0]["sku"] == "R1"
    assert found["hits"][0]["score"] == pytest.approx(1, abs=1e-4)  # the very picture
    assert like["total"] == 4


def test_weights_order_differently_and_judge_alike(client):
    def order(weight):
        told = send(client, plain_picture((120, 90, 160)), weight=weight).get_json()
        return told["verdict"], [hit["score"] for hit in told["hits"]]

    verdicts, scores = zip(*map(order, ("balanced", "kind", "look")), strict=True)

    assert len(set(verdicts)) == 1
    assert scores[0] != scores[1] != scores[2]


def test_a_weight_that_the_model_does_not_have_is_refused(plain):
    answer = send(plain, plain_picture(RED), weight="look")

    assert answer.status_code == 422
    assert answer.get_json()["detail"] == "weight: the model tiny weighs nothing: leave it out"


def test_shelves_can_be_walked_while_the_model_cannot_be_opened(tmp_path):
    before, _ = client_of(tmp_path)
    before.close()
    (tmp_path / "bundle" / "bundle.json").unlink()
    shutil.rmtree(before.settings.models)  # else the copy answers
    parts = build_services(before.settings)
    broken = create_app(parts).test_client()

    page = broken.get("/browse?category=green")

    assert page.status_code == 200
    assert set(shown(page)) == {"R2", "G1"}
    assert broken.get("/products/R1").status_code == 503
    parts.close()
