"""Products written over HTTP: whole, in part, away, in batches, and their pictures."""

import hashlib
import io
from dataclasses import replace

import pytest

from catalog.access.audit import Asked
from catalog.stored import ProductRecord
from service.access import log
from service.access.actor import at_the_machine
from service.access.keys import KeyWish, create_key
from service.stock.record import record_batch
from tests.doors import member, token_on
from tests.fakes import plain_picture
from tests.integration.web.writer import AT
from tests.shop import photo

RED, BLUE = plain_picture((240, 30, 30), 28), plain_picture((30, 30, 240), 28)
SHIRT = {"title": "Linen shirt", "price": 39.9, "currency": "EUR", "stock": 3, "size": "M"}


def shown(client, path=AT):
    answer = client.get(path)
    return answer.get_json(), answer.headers["ETag"]


def found(client, picture):
    answer = client.post("/api/v1/search", data={"photo": (io.BytesIO(picture), "a.png")})
    return [each["sku"] for each in answer.get_json()["hits"]]


def logged(services):
    return [
        (each["action"], each["subject"])
        for each in log.entries(Asked(actor=None), database=services.database)
        if not str(each["action"]).startswith(("key.", "account."))
    ]


def test_a_product_is_created_and_then_replaced(writer, client, services):
    created = writer.put(SHIRT)
    again = writer.put(SHIRT)
    replaced = writer.put({"title": "Linen shirt", "price": "41,50"})

    assert (created.status_code, created.get_json()["outcome"]) == (201, "created")
    assert created.headers["Location"] == AT
    assert (again.status_code, again.get_json()["outcome"]) == (200, "unchanged")
    assert again.headers["ETag"] == created.headers["ETag"]
    told, mark = shown(client)
    assert replaced.headers["ETag"] == mark != created.headers["ETag"]
    assert (told["price"], told["currency"], told["stock"], told["size"]) == (41.5, None, 1, None)
    assert logged(services) == [("product.change", "SHIRT-1"), ("product.create", "SHIRT-1")]


def test_a_change_leaves_alone_what_it_does_not_say(writer, client):
    writer.put(SHIRT)

    changed = writer.patch({"stock": 0, "size": None})

    told, mark = shown(client)
    assert changed.headers["ETag"] == mark
    assert (told["title"], told["price"], told["stock"]) == ("Linen shirt", 39.9, 0)
    assert told["size"] is None


def test_a_category_is_a_persons_word_until_it_is_left_to_the_model(writer, client):
    writer.put(SHIRT | {"category": "Shirt"})
    writer.put_photo(1, RED)

    said = shown(client)[0]
    writer.put(SHIRT)
    kept = shown(client)[0]
    writer.patch({"category": None})
    left = shown(client)[0]

    assert (said["category"], said["category_by"]) == ("Shirt", "human")
    assert (kept["category"], kept["category_by"]) == ("Shirt", "human")
    assert left["category_by"] == "model"


def test_everything_that_is_wrong_is_told_at_once(writer):
    wrong = {
        "price": -1,
        "stock": "many",
        "size": 38,
        "colour": "red",
        "url": "shop/1",
        "currency": True,
        "title": None,
        "sale_price": 1.234,
    }

    answer = writer.put(wrong)

    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    assert answer.get_json()["errors"].keys() == wrong.keys()
    assert answer.get_json()["errors"]["stock"] == ["the stock is a whole number, got 'many'"]
    assert writer.client.get(AT).status_code == 404


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("[1]", "a product is a JSON object, got a list"),
        ("nothing", "the body is no JSON"),
        ("{}", "a product needs a title"),
        ('{"title": ""}', "the title cannot be taken away"),
        ('{"title": "A", "title\\ud800": 1}', "the body is no JSON"),
        ('{"title": "A", "stock": 1, "stock": 2}', "it says 'stock' twice"),
    ],
)
def test_a_body_that_is_no_product_is_refused(writer, body, said):
    answer = writer.put(body)

    assert answer.status_code == 422
    assert said in answer.get_json()["detail"]


def test_a_body_of_another_type_or_size_is_refused(writer):
    assert writer.put("sku=1", kind="text/plain").status_code == 415
    assert writer.put({"title": "A", "related": "x" * 300_000}).status_code == 413


def test_an_address_and_a_body_that_name_two_products_contradict_each_other(writer):
    answer = writer.put(SHIRT | {"sku": "COAT-1"})

    assert answer.status_code == 409
    assert answer.get_json()["detail"] == "the address names 'SHIRT-1', and the body 'COAT-1'"


def test_a_product_is_known_however_its_sku_is_written(writer, client):
    writer.put(SHIRT)

    answer = writer.put(SHIRT, "/api/v1/products/shirt-1")

    assert answer.get_json() == {"sku": "SHIRT-1", "outcome": "unchanged", "notes": []}


def test_a_write_that_knows_an_older_state_changes_nothing(writer, client):
    first = writer.put(SHIRT).headers["ETag"]
    second = writer.patch({"stock": 9}, If_Match=first)

    late = [
        writer.patch({"stock": 1}, If_Match=first),
        writer.put(SHIRT, If_Match=first),
        writer.ask("DELETE", AT, If_Match=f"W/{second.headers['ETag']}"),
        writer.put_photo(1, RED, If_Match=first),
        writer.put(SHIRT, If_None_Match="*"),
        writer.put(SHIRT, "/api/v1/products/NEW", If_Match="*"),
    ]

    assert second.status_code == 200
    assert [each.status_code for each in late] == [412] * 6
    assert second.headers["ETag"].strip('"') in late[0].get_json()["detail"]
    told, mark = shown(client)
    assert (told["stock"], told["photos"], mark) == (9, [], second.headers["ETag"])


@pytest.mark.parametrize("told", ["x", "", '"a" "b"', "W/*"])
def test_a_condition_that_cannot_be_read_is_refused(writer, told):
    answer = writer.put(SHIRT, If_Match=told)

    assert answer.status_code == 422
    assert answer.get_json()["errors"].keys() == {"If-Match"}


def test_a_product_is_created_once_where_it_must_be_new(writer):
    answers = [writer.put(SHIRT, If_None_Match="*").status_code for _ in range(2)]

    assert answers == [201, 412]


def test_a_product_that_is_deleted_is_gone_with_its_pictures(writer, client, services):
    writer.put(SHIRT)
    writer.put_photo(1, RED)
    [photo] = shown(client)[0]["photos"]

    deleted = writer.ask("DELETE", AT)

    assert (deleted.status_code, deleted.data) == (204, b"")
    assert client.get(AT).status_code == 404
    assert client.get(photo["url"]).status_code == 404
    assert writer.ask("DELETE", AT).status_code == 404
    assert writer.patch({"stock": 1}).status_code == 404
    assert logged(services)[0] == ("product.delete", "SHIRT-1")


def test_a_product_made_again_is_another(writer):
    first = writer.put(SHIRT).headers["ETag"]
    writer.ask("DELETE", AT)

    assert writer.put(SHIRT).headers["ETag"] != first


def test_a_picture_is_found_by_the_next_search(writer, client):
    writer.put(SHIRT)

    before = found(client, RED)
    answer = writer.put_photo(1, RED)
    after = found(client, RED)
    again = writer.put_photo(1, RED)

    assert "SHIRT-1" not in before
    assert after[0] == "SHIRT-1"
    assert (answer.get_json()["outcome"], again.get_json()["outcome"]) == ("changed", "unchanged")
    assert shown(client)[1] == answer.headers["ETag"]


def test_pictures_are_put_replaced_and_taken_away_by_number(writer, client, services):
    writer.put(SHIRT)
    green = plain_picture((30, 240, 30), 28)

    writer.put_photo(1, RED)
    writer.put_photo(2, BLUE)
    red, blue = (client.get(f"{AT}/photos/{number}").get_json()["url"] for number in (1, 2))
    writer.put_photo(1, green)
    replaced = [each["url"] for each in shown(client)[0]["photos"]]
    writer.ask("DELETE", f"{AT}/photos/1")

    assert replaced[1:] == [blue]
    assert replaced[0] not in (red, blue)
    assert [each["url"] for each in shown(client)[0]["photos"]] == [blue]
    assert client.get(red).status_code == client.get(replaced[0]).status_code == 404
    assert services.index.drift() == 0


def test_a_picture_that_cannot_be_there_leaves_nothing_behind(writer, client, services):
    writer.put(SHIRT)
    writer.put_photo(1, RED)
    stored = set(services.store.digests())

    answers = [
        writer.put_photo(3, BLUE),
        writer.put_photo(2, RED),
        writer.put_photo(1, b"no picture"),
        writer.put_photo(1, b""),
        writer.put_photo(21, BLUE),
        writer.put_photo("x", BLUE),
        writer.put_photo(1, BLUE, "/api/v1/products/NEW"),
        writer.ask("PUT", f"{AT}/photos/1", BLUE, "multipart/form-data; boundary=x"),
        writer.ask("DELETE", f"{AT}/photos/2"),
    ]

    assert [each.status_code for each in answers] == [409, 409, 422, 422, 422, 422, 404, 415, 409]
    assert set(services.store.digests()) == stored
    assert len(shown(client)[0]["photos"]) == 1


def test_a_file_whose_picture_was_stored_by_older_rules_is_no_second_picture(
    writer, client, services
):
    older = photo(services, (230, 30, 30))
    source = hashlib.sha256(RED).hexdigest()
    kept = (replace(older, source_digest=source), photo(services, (30, 30, 230)))
    record_batch([ProductRecord("OLD", {"title": "Old"}, photos=kept)], services=services)

    again = writer.put_photo(3, RED, "/api/v1/products/OLD")
    renewed = writer.put_photo(1, RED, "/api/v1/products/OLD")

    assert (again.status_code, renewed.status_code) == (409, 200)
    assert len(shown(client, "/api/v1/products/OLD")[0]["photos"]) == 2


def test_the_last_picture_may_go_and_the_product_stays(writer, client, services):
    writer.put(SHIRT)
    writer.put_photo(1, RED)

    writer.ask("DELETE", f"{AT}/photos/1")

    told = shown(client)[0]
    assert (told["photo_url"], told["category"], told["category_by"]) == (None, None, None)
    assert services.index.drift() == 0


def test_each_line_of_a_batch_has_its_answer(writer, client, services):
    answer, told = writer.post(
        {"sku": "A-1", "title": "Coat", "price": 90},
        {"sku": "R-000", "stock": 7},
        {"sku": "R-000 ", "stock": 8},
        "{broken",
        "",
        {"sku": "B-1", "price": 5},
        {"title": "Nameless"},
        {"sku": "g-001", "title": "Green shirt no 1"},
    )

    assert (answer.status_code, answer.content_type) == (200, "application/x-ndjson")
    assert [(each["line"], each["sku"], each["outcome"]) for each in told] == [
        (1, "A-1", "created"),
        (2, "R-000", "changed"),
        (3, "R-000", "refused"),
        (4, None, "refused"),
        (6, "B-1", "refused"),
        (7, None, "refused"),
        (8, "G-001", "unchanged"),
    ]
    assert told[2]["errors"] == {"sku": ["the sku was there before, at line 2"]}
    assert told[4]["errors"] == {"title": ["a new product needs a title"]}
    assert client.get("/api/v1/products/R-000").get_json()["stock"] == 7
    assert logged(services) == [("product.change", "R-000"), ("product.create", "A-1")]


def test_a_line_that_names_two_products_changes_neither(writer, client):
    before = [shown(client, f"/api/v1/products/{sku}")[1] for sku in ("R-000", "G-001")]

    _, [told] = writer.post('{"sku": "R-000", "title": "Other", "sku": "G-001"}')

    after = [shown(client, f"/api/v1/products/{sku}")[1] for sku in ("R-000", "G-001")]
    assert "it says 'sku' twice" in told["errors"][""][0]
    assert after == before


def test_an_address_whose_bytes_are_no_text_is_no_sku(writer):
    answers = [writer.put(SHIRT, f"/api/v1/products/A{bad}") for bad in ("%ff", "%ED%A0%80")]

    assert [each.status_code for each in answers] == [422, 422]
    assert "U+FFFD" in answers[0].get_json()["detail"]


def test_a_batch_has_a_line_and_not_too_many(writer):
    assert writer.post("")[0].status_code == 422
    assert writer.post(*[{"sku": "A"}] * 1001)[0].status_code == 422


def test_an_editor_writes_with_the_token_of_a_page(app, access, services):
    client = app.test_client()
    client.set_cookie("lookalike-session", member("ed", "editor", access=access))
    token = token_on(client.get("/staff").text)

    bare = client.put(AT, json=SHIRT)
    written = client.put(AT, json=SHIRT, headers={"X-Form-Token": token})

    assert (bare.status_code, written.status_code) == (403, 201)
    [entry] = log.entries(Asked(action="product.create"), database=services.database)
    assert (entry["actor"], entry["subject"]) == ("ed", "SHIRT-1")


def test_nobody_and_a_key_that_only_reads_write_nothing(app, access, client):
    reads = create_key(KeyWish("r", ("read",)), by=at_the_machine(), access=access).key
    shows = {"Authorization": f"Bearer {reads}"}

    assert client.put(AT, json=SHIRT).status_code == 401
    assert client.put(AT, json=SHIRT, headers=shows).status_code == 403
    assert client.get(AT).status_code == 404
