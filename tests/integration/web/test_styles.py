"""Variants of a style: pages show them together from the start, the API if it is asked to."""

import re
from html import unescape

import pytest

from service.stock.record import ProductRecord, record_batch
from tests.fakes import plain_picture
from tests.integration.web.forms import send
from tests.shop import colour_of, product

RED = plain_picture((250, 10, 10))


@pytest.fixture
def client(empty_services, empty_client):
    """A shop of 8 products, 5 of which are one style in two colours."""
    tees = [
        (f"TEE-{n}", colour_of("red" if n < 3 else "blue", n), "Navy" if n > 2 else "Rot", size)
        for n, size in enumerate(["S", "M", "L", "S", "M"])
    ]
    for sku, colour, word, size in tees:
        made = product(
            empty_services, sku, colour, (90, 90, 90), title="Tee", stock=0 if size == "L" else 3
        )
        made.facts.update(style="Crew & Tee", shop_colour=word, size=size)
        if sku == "TEE-4":
            made.facts["sale_price_cents"] = 750
        record_batch([made], services=empty_services)
    others = [product(empty_services, f"CAP-{n}", colour_of("green", n)) for n in range(3)]
    record_batch(others, services=empty_services)
    return empty_client


def covers(page):
    return re.findall(r'class="cover" href="/products/([^"]+)"', page)


def result_page(client, query=""):
    answer = send(client, RED, to="/search")
    return client.get(answer.headers["Location"] + query)


def test_pages_show_a_style_once_and_lead_to_all_of_its_variants(client):
    together = client.get("/browse").text
    apart = client.get("/browse?one_per_style=false").text

    assert covers(together) == ["CAP-2", "CAP-1", "CAP-0", "TEE-4"]
    assert "5 variants" in together
    assert re.search(r"4 products.*Show all 8 colours and sizes", together, re.S)
    assert len(covers(apart)) == 6
    assert "5 variants" not in apart
    assert re.findall(r'class="in-variants"><bdi>([^<]+)<', apart) == [
        "Navy · M",
        "Navy · S",
        "Rot · L",
    ]
    assert "Page 1 of 2" in apart
    assert re.search(r"8 products.*Show colours and sizes together", apart, re.S)


def test_a_style_asked_for_shows_its_variants(client):
    page = client.get("/browse?style=crew+%26+TEE").text

    assert covers(page) == ["TEE-4", "TEE-3", "TEE-2", "TEE-1", "TEE-0"]
    assert '<input type="hidden" name="style" value="crew &amp; TEE">' in page
    assert "colours and sizes together" not in page


def test_a_choice_to_see_all_stays_while_filters_change(client):
    page = client.get("/browse?one_per_style=false&size=M").text

    assert covers(page) == ["TEE-4", "TEE-1"]
    assert '<input type="hidden" name="one_per_style" value="false">' in page
    assert "one_per_style=false" in re.search(r'class="clear" href="([^"]+)"', page)[1]


@pytest.mark.parametrize("bad", ["maybe", "2"])
def test_a_choice_that_is_none_is_told_and_left_out(client, bad):
    page = client.get(f"/browse?one_per_style={bad}")

    assert "This is not a choice of styles we can use." in page.text
    assert len(covers(page.text)) == 4


def test_results_and_more_like_this_show_a_style_once(client):
    found = result_page(client).text
    every = result_page(client, "?one_per_style=false&size=S&size=M&size=L").text
    like = client.get("/products/CAP-0/similar").text

    assert covers(found)[0] == "TEE-0"
    assert (len(covers(found)), len(covers(every)), len(covers(like))) == (4, 5, 3)
    assert re.search(r"Show all 8 colours and sizes", found)


def test_a_products_page_lists_the_other_variants(client):
    page = unescape(client.get("/products/TEE-1").text)

    told = page.partition("Other colours and sizes")[2].partition("<dl>")[0]
    assert re.findall(r'href="/products/([^"]+)"', told) == ["TEE-0", "TEE-2", "TEE-3", "TEE-4"]
    assert re.findall(r'class="name"><bdi>([^<]+)<', told) == [
        "Rot · S",
        "Rot · L",
        "Navy · S",
        "Navy · M",
    ]
    assert re.findall(r'class="left">([^<]+)<', told) == [
        "3 in stock",
        "Sold out",
        "3 in stock",
        "3 in stock",
    ]
    assert re.findall(r'class="price">([^<]+)<', told) == ["€10.00"] * 3 + ["€7.50"]
    assert re.findall(r"before: </span>([^<]+)<", told) == ["€10.00"]  # of the one on sale
    assert '<a href="/browse?style=Crew+%26+Tee"><bdi>Crew & Tee</bdi></a>' in page
    assert not {"TEE-0", "TEE-2", "TEE-3", "TEE-4"} & set(covers(page))


def test_a_product_without_a_style_has_no_list_of_variants(client):
    assert "Other colours and sizes" not in client.get("/products/CAP-0").text


def test_the_api_folds_variants_only_if_asked_to(client):
    plain = client.get("/api/v1/products").get_json()
    folded = client.get("/api/v1/products?one_per_style=true&per_page=3").get_json()
    narrow = client.get("/api/v1/products?one_per_style=true&size=S").get_json()

    assert (plain["total"], plain["total_products"], plain["pages"]) == (8, 8, 2)
    assert (folded["total"], folded["total_products"], folded["pages"]) == (4, 8, 2)
    assert [each["variant_count"] for each in plain["products"]] == [1, 1, 1, 5, 5, 5]
    assert [(each["sku"], each["variant_count"]) for each in narrow["products"]] == [("TEE-3", 2)]


@pytest.mark.parametrize("asked", [{"sku": "CAP-0"}, {}], ids=["by a product", "by a photo"])
def test_the_api_searches_one_per_style(client, asked):
    data = asked or RED
    folded = _search(client, data, one_per_style="true")
    plain = _search(client, data)

    own = bool(asked)
    assert (plain["total"], folded["total"], folded["total_products"]) == (
        8 - own,
        4 - own,
        8 - own,
    )
    assert [hit["variant_count"] for hit in folded["hits"] if hit["sku"].startswith("TEE")] == [5]
    assert len({hit["sku"] for hit in folded["hits"]}) == folded["total"]


def test_the_api_tells_a_products_pictures_and_variants(client):
    told = client.get("/api/v1/products/TEE-1").get_json()
    alone = client.get("/api/v1/products/CAP-1").get_json()

    assert [photo["url"] for photo in told["photos"]] == told["photo_urls"]
    assert told["photo_url"] == told["photos"][0]["url"]
    assert {client.get(photo["preview_url"]).status_code for photo in told["photos"]} == {200}
    assert len(told["photos"]) == 2
    assert [each["sku"] for each in told["variants"]] == ["TEE-0", "TEE-2", "TEE-3", "TEE-4"]
    assert (told["variant_count"], alone["variant_count"], alone["variants"]) == (5, 1, [])


def test_a_misspelt_wish_is_told_the_right_one(client):
    answer = client.get("/api/v1/products?collapse=true")

    assert answer.status_code == 422
    assert "did you mean one_per_style?" in answer.get_json()["detail"]


def test_a_style_that_is_taken_away_makes_the_products_stand_alone(client, empty_services):
    record_batch(
        [ProductRecord(f"TEE-{n}", {"style": None}) for n in range(4)], services=empty_services
    )

    told = client.get("/api/v1/products?one_per_style=true").get_json()

    assert (told["total"], told["total_products"]) == (8, 8)


def _search(client, asked, **form):
    if isinstance(asked, dict):
        return client.post(
            "/api/v1/search", data=asked | form, content_type="multipart/form-data"
        ).get_json()
    return send(client, asked, **form).get_json()
