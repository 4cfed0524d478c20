"""The pages as a browser without JavaScript sees them."""

import html
import re

import pytest

from catalog.stored import ProductRecord
from service.stock.record import record_batch
from tests.fakes import plain_picture
from tests.integration.web.forms import MULTIPART, form, send
from tests.stock import Item, fill

RED = (250, 20, 20)


def search(client, colour=RED):
    answer = send(client, plain_picture(colour), to="/search")
    assert answer.status_code == 303
    return answer.headers["Location"]


def products_on(page):
    return re.findall(r'class="cover" href="/products/([^"]+)"', page.text)


def test_the_front_page_offers_samples_and_categories(client):
    page = client.get("/")

    assert page.status_code == 200
    assert "30 products" in page.text
    assert 'href="/browse?category=blue"' in page.text
    assert len(re.findall(r'href="/products/[^"]+/similar"', page.text)) == 3


def test_an_empty_shop_says_how_to_fill_it(empty_client):
    page = empty_client.get("/")

    assert 'href="/staff/import"' in page.text
    assert 'href="/staff/import"' in empty_client.get("/browse").text


def test_a_search_leads_to_results_that_can_be_reloaded(client):
    address = search(client)

    first = client.get(address)
    again = client.get(address)

    assert "<h1>red</h1>" in first.text
    assert products_on(first)[0] == "R-000"
    assert products_on(again) == products_on(first)


def test_results_page_on_without_the_photo(client):
    address = search(client)

    pages = [products_on(client.get(f"{address}?page={page}")) for page in range(1, 6)]

    seen = [sku for page in pages for sku in page]
    assert (len(seen), len(set(seen))) == (30, 30)


def test_results_are_narrowed_without_the_photo(client):
    page = client.get(f"{search(client)}?category=blue&in_stock=1")

    assert {sku[0] for sku in products_on(page)} == {"B"}


def test_the_links_of_a_page_keep_its_filters(client):
    page = client.get("/browse?category=blue&min_price=11")

    assert re.search(
        r'rel="next" href="/browse\?category=blue&amp;min_price=11&amp;page=2"', page.text
    )


def test_an_expired_search_asks_for_the_photo_again(client):
    page = client.get("/search/never-given-out")

    assert page.status_code == 410
    assert "This search has expired" in page.text
    assert page.mimetype == "text/html"


def test_browsing_shows_a_category_with_its_count(client):
    page = client.get("/browse?category=green")

    assert "<h1>green</h1>" in page.text
    assert "10 products" in page.text
    assert {sku[0] for sku in products_on(page)} == {"G"}


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("min_price=20&max_price=10", "The lowest price is above the highest"),
        ("min_price=cheap", "not a lowest price we can use"),
        ("page=-1", "not a page we can use"),
    ],
)
def test_a_filter_that_makes_no_sense_is_left_out_and_said(client, query, said):
    page = client.get(f"/browse?{query}")

    assert page.status_code == 200
    assert said in page.text
    assert products_on(page)


def test_filters_that_fit_nothing_say_so(client):
    page = client.get("/browse?text=nothing+like+this")

    assert "Nothing fits all of that" in page.text


def test_a_page_past_the_last_leads_back(client):
    page = client.get("/browse?page=99")

    assert "There is no page 99" in page.text


def test_a_product_page_shows_it_and_what_looks_like_it(client):
    page = client.get("/products/G-001")

    assert "Green shirt no 1" in page.text
    assert "€11.00" in page.text
    assert "recognised in the picture" in page.text
    assert 'href="https://shop.example/1"' in page.text
    assert products_on(page)[0] == "G-004"


def test_a_product_without_a_picture_has_a_page(client, services):
    fill(services, [Item("X", RED, title="Unseen", pictured=False, category="hats")])

    page = client.get("/products/X")

    assert page.status_code == 200
    assert "No picture" in page.text
    assert "hats" in page.text


def test_a_product_with_an_odd_sku_can_be_reached_from_a_list(client, services):
    odd = "A/b c?ü&%1#x"
    fill(services, [Item(odd, RED, title="Odd one")])

    page = client.get("/browse?text=odd")

    [found] = re.findall(r'class="cover" href="([^"]+)"', page.text)
    address = html.unescape(found)
    assert "Odd one" in client.get(address).text
    assert client.get("/api/v1/products?text=odd").get_json()["products"][0]["url"] == address


def test_text_of_the_catalogue_cannot_become_markup(client, services):
    fill(services, [Item("evil", RED, title="<script>alert(1)</script>", url="javascript:x()")])

    page = client.get("/products/evil")

    assert "<script>alert" not in page.text
    assert "javascript:x()" not in page.text


def test_similar_products_can_be_narrowed(client):
    page = client.get("/products/B-002/similar?max_price=20")

    assert products_on(page)[:2] == ["B-005", "B-008"]
    assert "B-011" not in page.text


@pytest.mark.parametrize("route", ["/products/none", "/products/none/similar", "/nowhere"])
def test_what_is_not_there_is_a_page_that_leads_on(client, route):
    page = client.get(route)

    assert page.status_code == 404
    assert page.mimetype == "text/html"
    assert 'href="/browse"' in page.text


def test_an_address_that_is_none_is_told_in_words_of_ours(client):
    page = client.get("/nowhere")
    problem = client.get("/api/v1/nowhere").get_json()
    wrong_way = client.delete("/api/v1/search").get_json()

    assert "Nothing is at this address." in page.text
    assert problem["detail"] == "nothing is at this address"
    assert problem["title"] == "Not Found"
    assert wrong_way["detail"] == "this address answers OPTIONS, POST"


def test_what_is_no_picture_gets_a_page_that_says_what_to_do(client):
    page = send(client, b"not a picture", to="/search")

    assert page.status_code == 422
    assert "Please choose another picture" in page.text
    assert page.text.count("JPEG") == 1


def test_no_photo_and_too_large_a_photo_get_pages_too(client):
    nothing = send(client, b"", name="", to="/search")
    huge = send(client, bytes(2 * 1024 * 1024), to="/search")

    assert (nothing.status_code, huge.status_code) == (422, 413)
    assert "Please choose a photo first" in nothing.text
    assert "multipart" not in nothing.text
    assert "Please send a smaller picture" in huge.text


@pytest.mark.parametrize(
    ("sale", "crossed"), [(650, True), (None, False), (1000, False), (1200, False)]
)
def test_a_lower_sale_price_stands_before_the_price(client, services, sale, crossed):
    fill(services, [Item("SALE", RED, price_cents=1000)])
    record_batch([ProductRecord("SALE", {"sale_price_cents": sale})], services=services)

    page = " ".join(client.get("/products/SALE").text.split())

    assert ("<s " in page) is crossed
    assert ("6.50" in page) is crossed
    assert "12.00" not in page.partition("</article>")[0]


def test_a_product_without_a_price_promises_none(client, services):
    fill(services, [Item("FREE", RED, title="No price", price_cents=None)])

    page = client.get("/products/FREE")

    assert "request" not in page.text
    assert "€" not in page.text.partition("Looks like it")[0]


@pytest.mark.parametrize("address", ["/browse", "/products/RTL", "/products/RTL/similar"])
def test_a_title_in_an_alphabet_from_right_to_left_is_read_by_itself(client, services, address):
    title = "فستان أحمر (38) Zoë"
    fill(services, [Item("RTL", RED, title=title)])

    page = client.get(address).text.partition("<main")[2]

    assert f"<bdi>{title}</bdi>" in page
    assert f">{title}<" not in page.replace(f"<bdi>{title}</bdi>", "")


@pytest.mark.parametrize("address", ["/products/FREE", "/products/FREE/similar"])
def test_what_is_not_told_leaves_no_gap(client, services, address):
    fill(services, [Item("FREE", RED, title="No price", price_cents=None)])

    about = client.get(address).text.partition("Looks like it")[0]

    assert "No price" in about
    assert 'class="facts"' not in about


def test_a_photo_of_nothing_to_wear_is_not_promised_what_the_model_may_not_know(client):
    text = client.get("/").text + client.get(search(client)).text

    assert "bag" not in text.lower()


def test_the_camera_and_the_file_field_share_a_name(client):
    body = form([("photo", "", b""), ("photo", "a.png", plain_picture(RED))])

    answer = client.post("/search", data=body, content_type=MULTIPART)

    assert answer.status_code == 303


def test_coming_to_search_without_a_photo_leads_home(client):
    answer = client.get("/search")

    assert answer.status_code == 302
    assert answer.headers["Location"] == "/"


def test_every_page_is_whole_and_asks_for_nothing_from_elsewhere(client):
    addresses = ["/", "/browse", "/products/R-000", "/products/R-000/similar", "/api/v1/docs"]

    for address in [*addresses, search(client)]:
        page = client.get(address)
        assert page.status_code == 200, address
        assert page.text.rstrip().endswith("</html>")
        assert "style=" not in page.text
        assert not re.search(r'(src|action)="(https?:)?//', page.text)
        assert re.search(r"<h1", page.text)
