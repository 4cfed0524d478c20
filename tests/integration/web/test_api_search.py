"""POST /api/v1/search over a real application."""

import io
import random
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.fakes import image_bytes, plain_photo, plain_picture
from tests.integration.web.forms import BOUNDARY, MULTIPART, form, send

RED = (250, 20, 20)


def skus(answer):
    return [hit["sku"] for hit in answer.get_json()["hits"]]


def test_a_photo_gets_its_category_and_the_nearest_products(client):
    answer = send(client, plain_picture(RED))

    told = answer.get_json()
    assert answer.status_code == 200
    assert told["category"]["label"] == "red"
    assert 0 < told["category"]["confidence"] <= 1
    assert told["hits"][0]["sku"] == "R-000"
    assert {hit["category"] for hit in told["hits"]} == {"red"}
    scores = [hit["score"] for hit in told["hits"]]
    assert scores == sorted(scores, reverse=True)


def test_the_answer_counts_and_pages_truly(client):
    first = send(client, plain_picture(RED), page=1, per_page=7)
    fifth = send(client, plain_picture(RED), page=5, per_page=7)

    told = first.get_json()
    assert (told["total"], told["page"], told["per_page"], told["pages"]) == (30, 1, 7, 5)
    assert len(skus(first)) == 7
    assert len(skus(fifth)) == 2


def test_pages_hold_every_product_once(client):
    seen = [
        sku
        for page in range(1, 6)
        for sku in skus(send(client, plain_picture(RED), page=page, per_page=7))
    ]

    assert len(seen) == 30
    assert len(set(seen)) == 30


def test_filters_hold_for_every_hit(client):
    answer = send(
        client,
        plain_picture(RED),
        category="green",
        min_price="12",
        max_price="30",
        in_stock="true",
    )

    hits = answer.get_json()["hits"]
    assert hits
    assert all(hit["category"] == "green" for hit in hits)
    assert all(12 <= hit["price"] <= 30 and hit["stock"] > 0 for hit in hits)


def test_words_narrow_the_search(client):
    answer = send(client, plain_picture(RED), text="blue 29")

    assert skus(answer) == ["B-029"]


def test_a_sku_finds_its_look_alikes_and_not_itself(client):
    answer = client.post("/api/v1/search", data=form([], sku="R-000"), content_type=MULTIPART)

    told = answer.get_json()
    assert told["verdict"] is None
    assert told["category"] is None
    assert "R-000" not in skus(answer)
    assert skus(answer)[0] == "R-003"


def test_a_box_looks_at_a_part_of_the_photo(client):
    photo = plain_photo(RED, 40)
    photo.pixels[:, 20:] = (20, 20, 250)

    answer = send(client, image_bytes(photo), box="0.5,0,0.5,1")

    assert answer.get_json()["category"]["label"] == "blue"


def test_a_hit_says_where_its_product_and_picture_are(client):
    hits = send(client, plain_picture(RED), per_page=30).get_json()["hits"]

    by_sku = {hit["sku"]: hit for hit in hits}
    assert by_sku["G-001"]["url"] == "https://shop.example/1"
    assert by_sku["R-000"]["url"] == "/products/R-000"
    assert client.get(by_sku["R-000"]["photo_url"]).mimetype.startswith("image/")


def test_the_answer_names_the_model_and_the_time_of_each_stage(client, services):
    told = send(client, plain_picture(RED)).get_json()

    assert told["model"]["fingerprint"] == services.encoder.fingerprint
    assert set(told["timing_ms"]) == {"decode", "encode", "search", "load"}


def test_an_empty_catalogue_has_no_close_match(empty_client):
    told = send(empty_client, plain_picture(RED)).get_json()

    assert told["verdict"] == "no_close_match"
    assert (told["hits"], told["total"], told["pages"]) == ([], 0, 1)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"page": "0"}, "page"),
        ({"page": "1_0"}, "page"),
        ({"page": "x"}, "page"),
        ({"per_page": "101"}, "per_page"),
        ({"min_price": "-1"}, "min_price"),
        ({"min_price": "nan"}, "min_price"),
        ({"max_price": "1e99"}, "max_price"),
        ({"in_stock": "perhaps"}, "in_stock"),
        ({"text": "a\x00b"}, "text"),
        ({"text": "x" * 201}, "text"),
        ({"category": "x" * 65}, "category"),
        ({"box": "0,0,1"}, "box"),
        ({"box": "0.5,0,0.9,1"}, "box"),
        ({"box": "0,0,0,1"}, "box"),
        ({"colour": "red"}, "colour"),
        ({"sku": "R-000"}, "sku"),
        ({"page": ["1", "2"]}, "page"),
    ],
)
def test_a_value_that_breaks_its_rule_is_named(client, values, field):
    answer = send(client, plain_picture(RED), **values)

    told = answer.get_json()
    assert answer.status_code == 422
    assert answer.mimetype == "application/problem+json"
    assert list(told["errors"]) == [field]
    assert told["type"].endswith("#bad-value")


def test_prices_the_wrong_way_round_are_refused(client):
    answer = send(client, plain_picture(RED), min_price="20", max_price="10")

    assert answer.status_code == 422
    assert "above the highest" in answer.get_json()["detail"]


@pytest.mark.parametrize(
    "data", [b"", b"not a picture", plain_picture(RED)[:-40]], ids=["empty", "words", "cut short"]
)
def test_what_is_no_picture_is_refused_with_the_reason(client, data):
    answer = send(client, data)

    told = answer.get_json()
    assert answer.status_code == 422
    assert told["type"].endswith("#unreadable-photo")
    assert told["detail"]


@pytest.mark.parametrize("sent", [{}, {"data": form([], page=1), "content_type": MULTIPART}])
def test_a_search_without_a_photo_says_how_to_send_one(client, sent):
    answer = client.post("/api/v1/search", **sent)

    assert answer.status_code == 422
    assert answer.get_json()["type"].endswith("#no-photo")


@pytest.mark.parametrize("to", ["/api/v1/search", "/search"])
@pytest.mark.parametrize(
    ("data", "content_type"),
    [
        ("sku=R-000", "application/x-www-form-urlencoded"),
        ("&".join(f"f{number}=" for number in range(20_000)), "application/x-www-form-urlencoded"),
        ('{"sku": "R-000"}', "application/json"),
        (plain_picture(RED), "image/png"),
        (b"photo", None),
        ("photo", "text/plain"),
    ],
    ids=["address", "many fields", "json", "picture", "nothing said", "text"],
)
def test_a_body_that_is_no_multipart_form_is_a_415_that_says_the_rule(
    client, to, data, content_type
):
    answer = client.post(to, data=data, content_type=content_type)

    assert answer.status_code == 415
    assert "multipart/form-data" in answer.text


def test_of_very_many_unknown_fields_some_are_named(client):
    many = {f"field{number}": "x" for number in range(25)}

    answer = send(client, plain_picture(RED), **many)

    told = answer.get_json()
    assert answer.status_code == 422
    assert len(told["errors"]) == 10
    assert told["detail"].endswith("and 15 more")


@pytest.mark.parametrize("number", [33, 5_000])
def test_an_address_of_too_many_values_is_refused(client, number):
    address = "&".join(f"f{each}=1" for each in range(number))

    answer = send(client, plain_picture(RED), to=f"/api/v1/search?{address}")

    assert answer.status_code == 422
    assert len(answer.data) < 1000


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("limit", "per_page"),
        ("q", "text"),
        ("image", "photo"),
        ("Category", "category"),
        ("min-price", "min_price"),
        ("catagory", "category"),
        ("in-stock", "in_stock"),
    ],
)
def test_a_field_by_another_name_is_told_its_own(client, wrong, right):
    body = form([("photo", "p.png", plain_picture(RED))], **{wrong: "5"})

    answer = client.post("/api/v1/search", data=body, content_type=MULTIPART)

    assert answer.status_code == 422
    assert f"did you mean {right}?" in answer.get_json()["detail"]


@pytest.mark.parametrize("value", ["true", "True", "TRUE", "1"])
def test_yes_is_yes_in_any_case(client, value):
    answer = send(client, plain_picture(RED), in_stock=value)

    assert answer.status_code == 200
    assert all(hit["stock"] > 0 for hit in answer.get_json()["hits"])


def test_filters_in_the_address_of_a_post_count(client):
    answer = send(client, plain_picture(RED), to="/api/v1/search?category=green&max_price=30")

    hits = answer.get_json()["hits"]
    assert {hit["category"] for hit in hits} == {"green"}
    assert all(hit["price"] <= 30 for hit in hits)


@pytest.mark.parametrize("query", ["in_stock=maybe", "colours=red", "page=0", "max_price=cheap"])
def test_a_bad_filter_in_the_address_of_a_post_is_refused(client, query):
    assert send(client, plain_picture(RED), to=f"/api/v1/search?{query}").status_code == 422


def test_a_filter_in_the_form_and_in_the_address_is_one_too_many(client):
    answer = send(client, plain_picture(RED), to="/api/v1/search?category=red", category="green")

    assert answer.status_code == 422
    assert list(answer.get_json()["errors"]) == ["category"]


def test_filters_sent_with_a_photo_to_the_page_narrow_its_results(client):
    answer = send(client, plain_picture(RED), to="/search?max_price=20", category="green")

    address = urlsplit(answer.headers["Location"])
    assert dict(parse_qsl(address.query)) == {"category": "green", "max_price": "20"}


@pytest.mark.parametrize("kind", ["", "\r\nContent-Type: image/png"])
@pytest.mark.parametrize("to", ["/api/v1/search", "/search"])
def test_a_photo_without_a_file_name_is_searched_by(client, to, kind):
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="photo"{kind}\r\n\r\n'
    body = head.encode() + plain_picture(RED) + f"\r\n--{BOUNDARY}--\r\n".encode()

    answer = client.post(to, data=body, content_type=MULTIPART)

    assert answer.status_code in (200, 303)


@pytest.mark.parametrize("size", [1024 * 1024 + 1, 2 * 1024 * 1024])
def test_more_bytes_than_allowed_are_a_413(client, size):
    answer = send(client, bytes(size))

    assert answer.status_code == 413
    assert "1 MB" in answer.get_json()["detail"]


@pytest.mark.parametrize("name", ["photo.png", "f\u00f6t\u00f6.png"])
@pytest.mark.parametrize("size", [65_000, 65_536, 66_000, 131_072, 900_000])
def test_a_photo_of_any_size_allowed_arrives_whatever_its_bytes(client, name, size):
    noise = random.Random(size).randbytes(size - 4) + b"\r\n\r\n"

    answer = send(client, noise, name=name)

    assert answer.get_json()["type"].endswith("#unreadable-photo")


def test_a_form_of_too_many_parts_is_refused(client):
    many = {f"field{number}": "x" for number in range(50)}

    answer = send(client, plain_picture(RED), **many)

    assert answer.status_code == 413
    assert "at most 32 parts" in answer.get_json()["detail"]


@pytest.mark.parametrize("fields", [("sku",), ("sku", "text"), ("s\u00f6", "text")])
def test_a_form_of_too_long_fields_is_told_of_its_fields_not_of_its_photo(client, fields):
    answer = send(client, plain_picture(RED), **dict.fromkeys(fields, "x" * 300_000))

    assert answer.status_code == 413
    assert "256 kB beside the photo" in answer.get_json()["detail"]


def test_a_body_cut_short_is_no_server_error(client):
    answer = client.post(
        "/api/v1/search",
        data=io.BytesIO(b'--x\r\nContent-Disposition: form-data; name="photo"; filename="a"\r\n'),
        content_type="multipart/form-data; boundary=x",
    )

    assert 400 <= answer.status_code < 500


def test_an_unknown_sku_is_a_404(client):
    answer = client.post("/api/v1/search", data=form([], sku="none"), content_type=MULTIPART)

    assert answer.status_code == 404
    assert answer.get_json()["type"].endswith("#unknown-product")
