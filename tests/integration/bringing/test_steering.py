"""What may be asked of a job wherever it stands: the whole table, by API, page and command."""

import pytest

from catalog.jobs import Job
from catalog.models import now
from service.access.actor import at_the_machine
from service.cli.entry import run
from service.jobs import keeping
from tests.doors import send, token_on

# State, wish and whether its worker lives; then what each request makes of it: None is refused.
TABLE = {
    ("queued", None, False): ("paused", "queued", "cancelled"),
    ("running", None, True): ("running, pause", "running", "running, cancel"),
    ("running", "pause", True): ("running, pause", "running", "running, cancel"),
    ("running", "cancel", True): (None, None, "running, cancel"),
    ("running", None, False): ("paused", "running", "cancelled"),
    ("running", "pause", False): ("paused", "running", "cancelled"),
    ("running", "cancel", False): (None, None, "cancelled"),
    ("paused", None, False): ("paused", "queued", "cancelled"),
    ("failed", None, False): (None, "queued", "cancelled"),
    ("done", None, False): (None, None, None),
    ("cancelled", None, False): (None, None, "cancelled"),
}
REQUESTS = ("pause", "resume", "cancel")
CELLS = [
    (stands, request, becomes)
    for stands, row in TABLE.items()
    for request, becomes in zip(REQUESTS, row, strict=True)
]
table = pytest.mark.parametrize(("stands", "request_", "becomes"), CELLS)


def a_job(stands, services):
    """Make a job that stands so."""
    state, wish, lives = stands
    job = keeping.create("verify", {}, by=at_the_machine(), services=services, title="all")
    with services.database.writing() as session:
        row = session.get(Job, job.number)
        row.state, row.wish = state, wish
        row.worker, row.beaten_at = ("w", now()) if lives else (None, None)
    return job.number


def how_it_stands(number, services):
    job = keeping.get(number, services=services)
    return job.state.value if job.wish is None else f"{job.state.value}, {job.wish.value}"


def as_it_was(stands):
    state, wish, _ = stands
    return state if wish is None else f"{state}, {wish}"


@table
def test_a_program_is_answered_200_or_why_not(editor, services, stands, request_, becomes):
    number = a_job(stands, services)
    token = token_on(editor.get("/staff/jobs").text)

    answer = editor.post(f"/api/v1/jobs/{number}/{request_}", headers={"X-Form-Token": token})

    assert answer.status_code == (409 if becomes is None else 200)
    assert how_it_stands(number, services) == (becomes or as_it_was(stands))
    if becomes is None:
        being = "being cancelled" if stands[1] else stands[0]
        told = {"pause": "paused", "resume": "resumed", "cancel": "cancelled"}[request_]
        assert f"is {being}, so it cannot be {told}" in answer.get_json()["detail"]
    else:
        told = answer.get_json()
        assert how_it_stands(number, services).startswith(told["state"])


@table
def test_a_page_shows_what_became_of_it_or_why_not(editor, services, stands, request_, becomes):
    number = a_job(stands, services)

    answer = send(editor, f"/staff/jobs/{number}", f"/staff/jobs/{number}/{request_}")

    assert answer.status_code == (409 if becomes is None else 303)
    assert how_it_stands(number, services) == (becomes or as_it_was(stands))
    assert ("It cannot" in answer.text) is (becomes is None)


@table
def test_a_page_offers_what_is_not_refused(editor, services, stands, request_, becomes):
    number = a_job(stands, services)

    shown = editor.get(f"/staff/jobs/{number}").text

    offers = {"pause": 'id="p-job"', "resume": 'id="g-job"', "cancel": 'id="x-job"'}[request_]
    is_so = becomes == as_it_was(stands) or request_ == stands[1]
    assert (offers in shown) is (becomes is not None and not is_so)


@table
def test_a_command_does_it_or_says_why_not(
    services, stands, request_, becomes, monkeypatch, capsys
):
    number = a_job(stands, services)
    monkeypatch.setenv("LOOKALIKE_HOME", str(services.settings.home))

    code = run(["jobs", request_, str(number)])

    assert (code != 0) is (becomes is None)
    assert how_it_stands(number, services) == (becomes or as_it_was(stands))
    assert ("so it cannot be" in capsys.readouterr().err) is (becomes is None)
