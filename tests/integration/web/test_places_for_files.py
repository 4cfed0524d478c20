"""What one key may take of the shop: so many files wait as jobs, and no more."""

from catalog.access.terms import ActorKind
from service.access.actor import Actor
from service.jobs import keeping
from service.server.front.receiving import ASKS_FIRST
from service.uploads.places import MOST, MOST_OF_ONE
from tests.integration.web.test_api_jobs import get, send

FORM = "multipart/form-data; boundary=b"


def fill_places(number, by, services):
    return [
        keeping.create("import", {"n": n}, by=by, services=services, title="a.zip")
        for n in range(number)
    ]


def test_files_of_one_key_wait_until_some_are_ended_and_others_go_on(writer, services):
    first = send(writer).get_json()
    by = keeping.get(first["id"], services=services).by
    fill_places(MOST_OF_ONE - 1, by, services)

    refused = send(writer, dry_run="true")
    of_another = fill_places(1, Actor(ActorKind.ACCOUNT, "anna", 7), services)
    ended = writer.client.post(f"/api/v1/jobs/{first['id']}/cancel", headers=writer.headers)
    taken = send(writer, dry_run="true")

    assert refused.status_code == 503
    assert "Retry-After" in refused.headers
    assert "25 files of" in refused.get_json()["detail"]
    assert len(of_another) == 1
    assert (ended.status_code, taken.status_code) == (200, 202)
    home = services.settings.home
    assert [each.name for each in (home / "uploads").iterdir()] == []
    assert len(list((home / "jobs").iterdir())) == 1


def test_files_of_all_have_their_bound_too(writer, services):
    for number in range(3):
        by = Actor(ActorKind.ACCOUNT, f"anna-{number}", number)
        fill_places(MOST // 3 + 1, by, services)

    refused = send(writer)

    assert refused.status_code == 503
    assert "51 files wait as jobs" in refused.get_json()["detail"]


def test_a_button_pressed_twice_is_one_job_though_all_places_are_taken(writer, services):
    first = send(writer, key="a").get_json()
    by = keeping.get(first["id"], services=services).by
    fill_places(MOST_OF_ONE - 1, by, services)

    again = send(writer, key="a")

    assert (again.status_code, again.get_json()["id"]) == (202, first["id"])


def test_a_file_that_has_no_place_is_refused_before_it_is_read(writer, services):
    first = send(writer).get_json()
    by = keeping.get(first["id"], services=services).by
    asked = {"environ_overrides": {ASKS_FIRST: True}, "content_type": FORM}
    path, headers = "/api/v1/tags", writer.headers

    before = writer.client.post(path, headers=headers, **asked)
    fill_places(MOST_OF_ONE - 1, by, services)
    full = writer.client.post(path, headers=headers, **asked)
    again = writer.client.post(path, headers=headers | {"Idempotency-Key": "a"}, **asked)

    assert [each.status_code for each in (before, full, again)] == [204, 503, 204]


def test_jobs_without_files_take_no_place(writer, services):
    first = send(writer).get_json()
    by = keeping.get(first["id"], services=services).by
    for _ in range(MOST_OF_ONE):
        keeping.create("verify", {}, by=by, services=services)

    assert send(writer, dry_run="true").status_code == 202
    assert get(writer, "/api/v1/jobs").status_code == 200
