import pytest

from service.access.actor import at_the_machine
from service.access.keys import KeyWish, create_key
from service.duplicates.searching import find_new
from service.jobs.claiming import claim
from service.jobs.kinds.known import KINDS
from service.stockroom.bulk import Selection, change_many, deed_of
from service.web.app import create_app
from service.worker.doing import do
from tests.doors import access_of
from tests.patterns import garment


@pytest.fixture
def key(services):
    """Give the headers of a key."""

    def key(*scopes):
        wish = KeyWish("program", scopes)
        drawn = create_key(wish, by=at_the_machine(), access=access_of(services))
        return {"Authorization": f"Bearer {drawn.key}"}

    return key


@pytest.fixture
def client(shop, put):
    put("E", garment(1))
    find_new(services=shop)
    return create_app(shop, access_of(shop)).test_client()


def test_the_queue_is_for_who_may_write(client, key):
    assert client.get("/api/v1/duplicates").status_code == 401
    assert client.get("/api/v1/duplicates", headers=key("read")).status_code == 403

    told = client.get("/api/v1/duplicates?kind=same_picture", headers=key("write")).get_json()

    assert (told["total"], told["counts"]["same_picture"]) == (1, 1)
    [pair] = told["pairs"]
    assert (pair["left"], pair["right"], pair["score"]) == ("B", "E", 1.0)
    assert all(client.get(url).status_code == 200 for url in pair["photo_urls"])


def test_a_pair_is_merged_and_the_merger_undone(client, key):
    headers = key("write")
    [pair] = client.get("/api/v1/duplicates", headers=headers).get_json()["pairs"]
    address = f"/api/v1/duplicates/{pair['number']}"

    done = client.post(address, json={"decision": "merge", "stays": "B"}, headers=headers)
    moved = client.get("/api/v1/products/E")
    page = client.get("/products/E")
    put = client.put("/api/v1/products/E", json={"title": "Again"}, headers=headers)
    lines = client.post(
        "/api/v1/products",
        data=b'{"sku": "E", "title": "Again"}',
        headers=headers | {"Content-Type": "application/x-ndjson"},
    )
    undone = client.post(f"/api/v1/duplicates/undo/{done.get_json()['change']}", headers=headers)

    assert done.get_json()["told"] == "'E' merged into 'B'"
    assert (moved.status_code, moved.location) == (307, "/api/v1/products/B")
    assert (page.status_code, page.location) == (307, "/products/B")
    assert put.status_code == 409
    assert "merged into 'B'" in put.get_json()["detail"]
    assert put.get_json()["detail"].endswith("lookalike duplicates free E")
    assert lines.get_json(force=True)["outcome"] == "refused"
    assert undone.get_json()["refused"] == []
    assert client.get("/api/v1/products/E").status_code == 200


@pytest.mark.parametrize(
    ("body", "status", "told"),
    [
        ({"decision": "merge", "stays": "A"}, 422, "'B' or 'E', got 'A'"),
        ({"decision": "burn"}, 422, "decision: Must be one of"),
        ({"decision": "dismiss", "x": 1}, 422, "x: Unknown field"),
        ([], 422, "JSON object"),
    ],
)
def test_a_decision_that_cannot_be_is_refused(client, key, body, status, told):
    headers = key("write")
    [pair] = client.get("/api/v1/duplicates", headers=headers).get_json()["pairs"]

    answer = client.post(f"/api/v1/duplicates/{pair['number']}", json=body, headers=headers)

    assert (answer.status_code, told in answer.get_json()["detail"]) == (status, True)
    assert client.get("/api/v1/duplicates", headers=headers).get_json()["total"] == 1


def test_a_pair_that_was_decided_or_never_was_is_said_to_be_so(client, key):
    headers = key("write")
    [pair] = client.get("/api/v1/duplicates", headers=headers).get_json()["pairs"]
    address, dismiss = f"/api/v1/duplicates/{pair['number']}", {"decision": "dismiss"}

    answers = [client.post(to, json=dismiss, headers=headers) for to in (address, address)]
    unknown = client.post("/api/v1/duplicates/999", json=dismiss, headers=headers)

    assert [each.status_code for each in (*answers, unknown)] == [200, 409, 404]
    assert "dismissed already" in answers[1].get_json()["detail"]


def test_a_bulk_decision_is_a_preview_until_its_digest_is_named(client, key):
    headers, bulk = key("write"), "/api/v1/duplicates/bulk"
    wanted = {"decision": "merge", "kind": "same_picture"}

    preview = client.post(bulk, json=wanted, headers=headers).get_json()
    other = client.post(bulk, json=wanted | {"expected": "3"}, headers=headers)
    done = client.post(bulk, json=wanted | {"expected": preview["digest"]}, headers=headers)

    assert (preview["done"], preview["pairs"], preview["more"]) == (False, 1, 0)
    assert other.status_code == 412
    assert (done.get_json()["done"], done.get_json()["decided"]) == (True, 1)


def test_more_than_one_waits_for_become_a_job(client, key, shop, monkeypatch):
    monkeypatch.setattr("service.jobs.kinds.deciding_pairs.AT_ONCE", 0)
    monkeypatch.setattr("service.duplicates.undoing._MOST_PRODUCTS", 0)
    headers, bulk = key("write", "read"), "/api/v1/duplicates/bulk"
    wanted = {"decision": "merge"}
    preview = client.post(bulk, json=wanted, headers=headers).get_json()

    asked = client.post(bulk, json=wanted | {"expected": preview["digest"]}, headers=headers)
    do(*claim("me", services=shop), kinds=KINDS, services=shop)
    job = client.get(asked.location, headers=headers).get_json()
    undo = client.post("/api/v1/duplicates/undo/1", headers=headers)

    assert (asked.status_code, asked.get_json()) == (202, {"done": False, "pairs": 1, "job": 1})
    assert (job["state"], job["counts"]["decided"]) == ("done", 1)
    assert (undo.status_code, undo.get_json()) == (202, {"job": 2})


def test_only_decisions_on_duplicates_are_undone_there(client, key, shop):
    headers, undo = key("write"), "/api/v1/duplicates/undo"
    with shop.database.writing() as session:
        ids = Selection(("A", "B")).ids(session, shop)
    other = change_many(ids, deed_of("brand", "Acme"), by=at_the_machine(), services=shop).number

    refused = client.post(f"{undo}/{other}", headers=headers)
    [pair] = client.get("/api/v1/duplicates", headers=headers).get_json()["pairs"]
    done = client.post(
        f"/api/v1/duplicates/{pair['number']}", json={"decision": "link"}, headers=headers
    ).get_json()
    undone = client.post(f"{undo}/{done['change']}", headers=headers).get_json()
    redone = client.post(f"{undo}/{undone['change']}", headers=headers)

    assert refused.status_code == 404
    assert "no decision on duplicates" in refused.get_json()["detail"]
    assert client.get("/api/v1/products/A").get_json()["brand"] == "Acme"
    assert redone.get_json()["refused"] == []
    assert client.get("/api/v1/duplicates", headers=headers).get_json()["total"] == 0
