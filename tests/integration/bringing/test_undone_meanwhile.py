"""Who undoes a change that a job is still at is told so, and where the job is."""

import json
import secrets

import pytest

from catalog.access.terms import Role
from catalog.jobs import Job, JobState
from catalog.models import now
from catalog.stock_list import ids_of_skus
from catalog.stored import ProductRecord
from service.access.actor import at_the_machine
from service.access.keys import KeyWish, create_key
from service.jobs import keeping
from service.jobs.kinds.changing_many import ask_to_undo
from service.jobs.of_change import FOLLOW
from service.stock.record import record_batch
from service.stockroom.bulk import change_many, deed_of
from tests.doors import access_of, send

ME = at_the_machine()
OF_WORDS = "import"
PLACES = {"change-many": "number", "decide-duplicates": "change", "withdraw-missing": "number"}


@pytest.fixture
def change(services):
    """The number of a change of two products."""
    brand, skus = secrets.token_hex(4), ("MEANWHILE-1", "MEANWHILE-2")
    record_batch([ProductRecord(sku, {"title": sku}, photos=()) for sku in skus], services=services)
    with services.database.reading() as session:
        ids = ids_of_skus(session, skus)
    return change_many(ids, deed_of("brand", brand), by=ME, services=services).number


def make_job(services, kind, change, state):
    told = {FOLLOW: {"Hats": change}} if kind == OF_WORDS else {}
    job = keeping.create(kind, told, by=ME, services=services, title="50 products")
    with services.database.writing() as session:
        row = session.get(Job, job.number)
        row.state, row.place = state, json.dumps({PLACES[kind]: change} if kind in PLACES else {})
        row.worker, row.beaten_at = ("w", now()) if state == "running" else (None, None)
    return job.number


@pytest.mark.parametrize(
    ("kind", "state", "act"),
    [
        ("change-many", "running", "undo"),
        ("change-many", "queued", "forget"),
        ("decide-duplicates", "paused", "undo"),
        ("withdraw-missing", "running", "forget"),
        (OF_WORDS, "running", "undo"),
    ],
)
def test_a_change_that_a_job_is_at_is_left_alone(come_in, services, change, kind, state, act):
    client = come_in(Role.ADMIN if act == "forget" else Role.EDITOR)
    job = make_job(services, kind, change, state)
    page = f"/staff/changes/{change}"

    answer = send(client, page, f"{page}/{act}")

    assert answer.status_code == 409
    assert "still being done" in answer.text
    assert f'href="/staff/jobs/{job}"' in answer.text


def test_it_is_undone_once_the_job_is_over(editor, services, change):
    keeping.cancel(make_job(services, "change-many", change, "paused"), by=ME, services=services)

    answer = send(editor, f"/staff/changes/{change}", f"/staff/changes/{change}/undo")

    assert (answer.status_code, "2 products" in answer.text) == (200, True)


def test_a_change_that_a_job_brings_back_already_is_not_undone_twice(editor, services, change):
    job = ask_to_undo(change, by=ME, services=services)

    answer = send(editor, f"/staff/changes/{change}", f"/staff/changes/{change}/undo")

    assert (answer.status_code, f"/staff/jobs/{job.number}" in answer.text) == (409, True)
    assert keeping.get(job.number, services=services).state is JobState.QUEUED


def test_a_program_is_told_the_number_of_the_job(editor, services, change):
    job = make_job(services, "decide-duplicates", change, "running")
    drawn = create_key(KeyWish("till", ("write",)), by=ME, access=access_of(services))

    answer = editor.application.test_client().post(
        f"/api/v1/duplicates/undo/{change}", headers={"Authorization": f"Bearer {drawn.key}"}
    )

    assert (answer.status_code, answer.get_json()["job"]) == (409, job)
