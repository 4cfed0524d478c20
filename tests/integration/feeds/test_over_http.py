"""Feeds as programs handle them."""

import pytest

from catalog.jobs import JobState
from service.access.actor import at_the_machine
from service.access.keys import KeyWish, create_key
from service.feeds import keeping
from service.feeds.beginning import start_due
from service.jobs.keeping import get
from service.web.app import create_app
from service.worker.worker import Worker
from tests.doors import access_of
from tests.integration.feeds.supplier import offer, skus

FEEDS = "/api/v1/feeds"


@pytest.fixture
def client(services):
    return create_app(services, access_of(services)).test_client()


@pytest.fixture
def key(services):
    """Give the headers of a key."""

    def key(*scopes, **more):
        wish = KeyWish("program", scopes)
        drawn = create_key(wish, by=at_the_machine(), access=access_of(services))
        return {"Authorization": f"Bearer {drawn.key}", **more}

    return key


@pytest.fixture
def misses_b(client, key, services, server):
    """The address of a feed of A, B and C whose file lacks B now."""
    offer(server, "A", "B", "C")
    wish = {"address": server.address("/feed.csv?key=secret"), "every": "6h", "name": "supplier"}
    offer(server, "A", "B", "C", path="/feed.csv?key=secret")
    added = client.post(FEEDS, json=wish | {"withdraw_missing": True}, headers=key("admin"))
    start_due(services)
    Worker(services).run_until_idle()
    offer(server, "A", "C", path="/feed.csv?key=secret")
    client.post(f"{added.location}/read", json={}, headers=key("write"))
    Worker(services).run_until_idle()
    return added.location


def test_a_feed_is_added_once_under_a_key_and_told_without_what_may_be_secret(client, key, server):
    wish = {"address": server.address("/feed.csv?key=secret"), "every": "90m"}
    headers = key("admin", **{"Idempotency-Key": "one"})

    added = client.post(FEEDS, json=wish, headers=headers)
    again = client.post(FEEDS, json=wish, headers=headers)
    other = client.post(FEEDS, json=wish | {"every": "1h"}, headers=headers)
    listed = client.get(FEEDS, headers=key("write")).get_json()["feeds"]

    assert (added.status_code, added.location) == (201, f"{FEEDS}/1")
    assert again.get_json() == added.get_json() == listed[0]
    assert (len(listed), other.status_code) == (1, 422)
    assert listed[0] | {"next_at": None} == {
        "id": 1,
        "name": "127.0.0.1",
        "address": server.address("/feed.csv"),
        "every": "90m",
        "withdraw_missing": False,
        "currency": None,
        "encoding": None,
        "map": {},
        "next_at": None,
        "read_at": None,
        "products": None,
        "missing": 0,
        "kept": 0,
        "job": None,
        "state": None,
        "message": None,
        "withdrawal": None,
        "fault": None,
    }


@pytest.mark.parametrize(
    ("wish", "told"),
    [
        ({"address": "/etc/passwd.csv", "every": "6h"}, "lies at an address"),
        ({"address": "file:///etc/passwd.csv", "every": "6h"}, "cannot be fetched"),
        ({"address": "http://169.254.169.254/a.csv", "every": "6h"}, "not among the hosts"),
        ({"address": "{feed}", "every": "1m"}, "every 5m to 31d"),
        ({"address": "{feed}", "every": "6h", "map_from": "none"}, "there is no map"),
        ({"address": "{feed}", "every": "6h", "anyway": True}, "anyway"),
        ({"every": "6h"}, "address"),
    ],
)
def test_a_feed_that_breaks_a_rule_is_not_added(client, key, server, wish, told):
    if "address" in wish:
        wish = wish | {"address": wish["address"].format(feed=server.address("/feed.csv"))}

    refused = client.post(FEEDS, json=wish, headers=key("admin"))

    assert refused.status_code == 422
    assert told in refused.get_json()["detail"]
    assert client.get(FEEDS, headers=key("write")).get_json() == {"feeds": []}


def test_feeds_are_for_whom_they_are(client, key, misses_b):
    wish = {"address": "https://supplier.example/a.csv", "every": "6h"}
    asked = [
        client.post(FEEDS, json=wish, headers=key("write")),
        client.patch(misses_b, json={"every": "1h"}, headers=key("write")),
        client.delete(misses_b, headers=key("write")),
        client.get(misses_b, headers=key("read")),
        client.post(f"{misses_b}/withdraw", json={"count": 1}, headers=key("read")),
    ]

    assert [each.status_code for each in asked] == [403] * 5
    assert client.get(FEEDS).status_code == 401


def test_what_is_missing_is_looked_at_and_withdrawn_once(client, key, services, misses_b):
    write = key("write")
    found = client.get(f"{misses_b}/missing", headers=write).get_json()
    wrong = client.post(f"{misses_b}/withdraw", json={"count": 2}, headers=write)
    sure = {"count": found["total"], "digest": found["digest"]}
    headers = write | {"Idempotency-Key": "tuesday"}
    asked = client.post(f"{misses_b}/withdraw", json=sure, headers=headers)
    Worker(services).run_until_idle()
    again = client.post(f"{misses_b}/withdraw", json=sure, headers=headers)
    job = get(asked.get_json()["id"], services=services)

    assert [each["sku"] for each in found["products"]] == ["B"]
    assert client.get(found["products"][0]["photo_url"]).status_code == 200
    assert (wrong.status_code, asked.status_code, again.status_code) == (422, 202, 202)
    assert (job.state, job.message) == (JobState.DONE, "1 withdrawn")
    assert again.get_json()["id"] == job.number
    assert skus(services) == ["A", "C"]


def test_what_is_missing_is_kept_and_asked_about_again(client, key, misses_b):
    write = key("write")

    neither = client.post(f"{misses_b}/keep", json={}, headers=write)
    kept = client.post(f"{misses_b}/keep", json={"skus": ["B"]}, headers=write)
    state = client.get(misses_b, headers=write).get_json()
    asked = client.post(f"{misses_b}/ask-again", headers=write)

    assert neither.status_code == 422
    assert (kept.get_json(), asked.get_json()) == ({"products": 1}, {"products": 1})
    assert (state["missing"], state["kept"]) == (0, 1)
    assert client.get(f"{misses_b}/missing", headers=write).get_json()["total"] == 1


def test_a_feed_is_changed_and_what_came_by_it_stays_known(client, key, services, server, misses_b):
    admin = key("admin")
    offer(server, "A", "B", path="/moved.csv")
    change = {"address": server.address("/moved.csv"), "name": "other", "every": "1d"}

    changed = client.patch(misses_b, json=change, headers=admin).get_json()
    client.post(f"{misses_b}/read", json={}, headers=key("write"))
    Worker(services).run_until_idle()
    kept = client.patch(misses_b, json={"withdraw_missing": False}, headers=admin).get_json()
    told = client.patch(misses_b, json={"withdraw_missing": True}, headers=admin).get_json()

    assert (changed["name"], changed["every"]) == ("other", "1d")
    assert changed["address"] == server.address("/moved.csv")
    assert (kept["missing"], told["missing"], told["products"]) == (0, 1, 2)


def test_a_feed_that_is_removed_is_not_found_any_more(client, key, services, misses_b):
    gone = client.delete(misses_b, headers=key("admin"))

    assert gone.status_code == 204
    assert client.get(misses_b, headers=key("write")).status_code == 404
    assert client.post(f"{misses_b}/read", json={}, headers=key("write")).status_code == 404
    assert client.get(f"{FEEDS}/{2**70}", headers=key("write")).status_code == 404
    assert skus(services) == ["A", "B", "C"]


def test_a_program_changes_how_a_feed_is_read_and_an_empty_text_takes_it_away(
    client, key, services, misses_b
):
    admin = key("admin")
    number = int(misses_b.rpartition("/")[2])

    said = {"currency": "chf", "encoding": "cp1252"}
    changed = client.patch(misses_b, json=said, headers=admin)
    after = keeping.shown(number, services=services).options
    told = changed.get_json()
    cleared = client.patch(misses_b, json={"currency": ""}, headers=admin)
    unknown = client.patch(misses_b, json={"map_from": "none such"}, headers=admin)

    assert [each.status_code for each in (changed, cleared, unknown)] == [200, 200, 422]
    assert (told["currency"], told["encoding"], told["map"]) == ("CHF", "cp1252", {})
    assert (after["currency"], after["encoding"]) == ("CHF", "cp1252")
    assert keeping.shown(number, services=services).options == {**after, "currency": None}
