"""Jobs on the pages: how far they are, what they refused, and the buttons that steer them."""

import csv
import io
import json

import pytest

from catalog.access.terms import Role
from catalog.jobs import Job, JobState, LineKind, NewLine, add_lines
from catalog.models import now
from service.access.actor import at_the_machine
from service.access.keys import KeyWish, create_key, who_holds
from service.jobs import keeping
from tests.doors import access_of, send

PAGE = "/staff/jobs"


@pytest.fixture
def job(services):
    """A job that waits."""
    return keeping.create("verify", {}, by=at_the_machine(), services=services, title="<b>all</b>")


def becomes(job, services, lines=(), **values):
    with services.database.writing() as session:
        row = session.get(Job, job.number)
        for name, value in values.items():
            setattr(row, name, value)
        add_lines(session, job.number, lines)
    return f"{PAGE}/{job.number}"


def test_the_list_is_empty_and_says_what_will_be_there(editor):
    assert "There is no job yet" in editor.get(PAGE).text
    assert "No job is running" in editor.get(f"{PAGE}?state=running").text
    assert "There is no job yet" in editor.get(f"{PAGE}?state=made-up&before=x").text


def test_a_job_that_runs_says_how_far_it_is_and_what_time_is_left(editor, services, job):
    page = becomes(
        job, services, state="running", worker="w", beaten_at=now(), done=250, total=1000, rate=25.0
    )

    shown = editor.get(page).text

    assert 'value="250"' in shown
    assert "250 of 1,000 · 25 a second · 30 s left" in " ".join(shown.split())
    assert "data-under-way" in shown
    assert "&lt;b&gt;all&lt;/b&gt;" in shown
    assert "250 of 1,000" in editor.get(PAGE).text


def test_a_job_that_is_over_says_what_came_of_it_and_asks_for_nothing_more(editor, services, job):
    counts = json.dumps({"added": 12, "refused": 3, "of_my_own": 4})
    page = becomes(job, services, state="done", message="all is in", counts=counts, ended_at=now())

    shown = editor.get(page).text

    assert "All is in." in shown
    assert [name in shown for name in ("New", "Refused", "Of my own")] == [True] * 3
    assert "data-under-way" not in shown
    assert "http-equiv" not in shown
    assert "Pause" not in shown


def test_the_buttons_steer_a_job_and_one_that_is_over_stays_over(editor, services, job):
    page = f"{PAGE}/{job.number}"

    states, answers = [], []
    for act in ("pause", "pause", "resume", "cancel", "resume", "pause"):
        answer = send(editor, page, f"{page}/{act}")
        answers.append(answer.location or answer.status_code)
        states.append(keeping.get(job.number, services=services).state.value)

    assert answers == [*[page] * 4, 409, 409]
    assert states == ["paused", "paused", "queued", "cancelled", "cancelled", "cancelled"]


def test_a_job_is_ended_only_after_a_question(editor, services, job):
    page = becomes(job, services, state="paused", done=250, total=1000)

    shown, asked = editor.get(page).text, editor.get(f"{page}?end=1").text
    send(editor, f"{page}?end=1", f"{page}/cancel")
    over = editor.get(f"{page}?end=1").text

    assert (f"{page}/cancel" in shown, f"{page}?end=1" in shown) == (False, True)
    assert f"{page}/cancel" in asked
    assert "What it has finished stays (250 of 1,000)" in " ".join(asked.split())
    assert "Yes, end it" not in over
    assert keeping.get(job.number, services=services).state is JobState.CANCELLED


def test_a_job_that_waits_says_what_it_waits_behind(editor, services, job):
    first = becomes(job, services, state="running", worker="w", beaten_at=now(), done=3, total=9)
    made = keeping.create("review", {}, by=at_the_machine(), services=services)

    shown = " ".join(editor.get(f"{PAGE}/{made.number}").text.split())

    assert f'Waits for a worker, behind <a href="{first}">Check: ' in shown
    assert "</a> (3 of 9)." in shown


def test_a_viewer_is_asked_nothing(come_in, job):
    assert "Yes, end it" not in come_in(Role.VIEWER).get(f"{PAGE}/{job.number}?end=1").text


def test_possible_duplicates_of_a_job_lead_to_their_queue(editor, services, job):
    page = becomes(job, services, state="done", counts=json.dumps({"possible_duplicates": 28}))

    shown = editor.get(page).text

    assert '<a href="/staff/duplicates">28</a>' in shown


def test_those_of_what_a_job_brought_are_a_list_of_their_own(editor, services, job):
    page = becomes(
        job,
        services,
        [NewLine(LineKind.BROUGHT, 2, "A", "")],
        kind="import",
        state="done",
        counts=json.dumps({"possible_duplicates": 28}),
    )

    shown = editor.get(page).text

    assert f'<a href="/staff/duplicates?job={job.number}">28</a>' in shown


def test_notes_that_are_not_shown_are_counted(editor, services, job):
    few = [NewLine(LineKind.NOTE, line, "A", "taken as 0") for line in range(3)]
    page = becomes(job, services, few, place=json.dumps({"notes": 1_500}))

    assert "And 1,497 more like these." in editor.get(page).text


def test_what_a_job_refused_is_a_table_and_a_csv_of_the_rows_as_they_came(editor, services, job):
    cells = {"sku": "A-2", "title": "=cmd()", "price": "dear"}
    lines = [
        NewLine(LineKind.ERROR, 3, "A-2", "the price is <none>", json.dumps(cells)),
        NewLine(LineKind.ERROR, 9, "", "the sku is empty", json.dumps({"colour": "r\u00f6t"})),
        NewLine(LineKind.NOTE, 0, "", "a column is left out"),
    ]
    page = becomes(job, services, lines, errors=2)

    shown, answer = editor.get(page).text, editor.get(f"{page}/errors.csv")

    assert "2 lines are refused" in shown
    assert "the price is &lt;none&gt;" in shown
    assert "a column is left out" in shown
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert rows[0] == {
        "line": "3",
        "reason": "the price is <none>",
        "sku": "A-2",
        "title": "'=cmd()",
        "price": "dear",
        "colour": "",
    }
    assert (rows[1]["line"], rows[1]["colour"]) == ("9", "röt")
    assert answer.headers["Content-Disposition"] == f"attachment; filename=refused-{job.number}.csv"


def read(editor, page):
    with editor.get(f"{page}/errors.csv") as answer:
        rows = csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig")))
    return [(int(row["line"]), row["reason"]) for row in rows]


def files_of(job, services):
    found = services.settings.jobs.glob(f"refused-*/refused-{job.number}.csv")
    return [(each.name, each.stat().st_ino) for each in found]


def test_many_refused_rows_come_by_way_of_a_file_that_is_made_once(editor, services, job):
    many = [NewLine(LineKind.ERROR, n, f"A-{n}", "x" * 4_000) for n in range(1, 401)]
    page = becomes(job, services, many, errors=400, state="done", ended_at=now())

    shown = read(editor, page)
    made = files_of(job, services)
    again = read(editor, page)
    made_again = files_of(job, services)
    more = [NewLine(LineKind.ERROR, 401, "A-401", "late")]
    becomes(job, services, more, errors=401, state="running", worker="w", ended_at=None)
    later = read(editor, page)

    assert shown == [(n, "x" * 4_000) for n in range(1, 401)]
    assert [name for name, _ in made] == [f"refused-{job.number}.csv"]
    assert (again, made_again) == (shown, made)
    assert later == [*shown, (401, "late")]
    assert files_of(job, services) == made


def test_refused_rows_of_a_job_that_goes_on_leave_no_file(editor, services, job):
    many = [NewLine(LineKind.ERROR, n, f"A-{n}", "x" * 4_000) for n in range(1, 401)]
    page = becomes(job, services, many, errors=400, state="running", worker="w")

    shown = read(editor, page)
    more = [NewLine(LineKind.ERROR, 401, "A-401", "late")]
    becomes(job, services, more, errors=401, state="running", worker="w")
    later = read(editor, page)

    assert (len(shown), later) == (400, [*shown, (401, "late")])
    assert list(services.settings.jobs.glob("**/*")) == []


@pytest.fixture
def imported(services):
    """An import that is asked for by a key called till."""
    access = access_of(services)
    drawn = create_key(KeyWish("till", ("write",)), by=at_the_machine(), access=access)
    by = who_holds(drawn.key, address="127.0.0.1", origin=None, access=access)
    return keeping.create("import", {}, by=by, services=services, title="stock.zip")


@pytest.mark.parametrize(
    ("counts", "told"), [({"added": 0, "unchanged": 9}, True), ({"added": 3}, False)]
)
def test_a_job_by_which_nothing_came_in_says_so(counts, told, editor, services, imported):
    page = becomes(imported, services, counts=json.dumps(counts), state="done", ended_at=now())

    shown = editor.get(page).text

    assert ("Nothing came in by it" in shown) is told
    assert "See what came in" not in shown


def test_a_key_that_asked_for_a_job_is_called_by_its_name(editor, services, imported):
    page = f"{PAGE}/{imported.number}"

    shown = [editor.get(each).text for each in (PAGE, page)]

    assert imported.asked_by == "till"
    assert ["<bdi>till</bdi>" in text for text in shown] == [True, True]
    assert [imported.by.name in text for text in shown] == [False, False]


def test_a_job_whose_files_are_gone_leads_to_where_they_are_sent_again(editor, services):
    job = keeping.create("import", {}, by=at_the_machine(), services=services, folder="gone")
    page = becomes(job, services, state="failed", message="the files are gone", ended_at=now())

    shown = editor.get(page).text

    assert "Its files are not here: it cannot go on." in shown
    assert 'href="/staff/import">send them again</a>' in shown
    assert f"{page}/resume" not in shown
    assert f"{page}?end=1" in shown


def test_somebody_has_the_whole_shop_checked(editor, services):
    answer = send(editor, PAGE, f"{PAGE}/verify")

    [job] = keeping.newest(5, services=services)
    assert answer.location == f"{PAGE}/{job.number}"
    assert (job.kind, job.by.name, job.state) == ("verify", "the-editor", JobState.QUEUED)


def test_a_viewer_looks_and_steers_nothing(come_in, services, job):
    viewer = come_in(Role.VIEWER)
    page = f"{PAGE}/{job.number}"

    shown = viewer.get(page).text
    refused = [send(viewer, page, f"{page}/cancel"), send(viewer, page, f"{PAGE}/verify")]

    assert "Pause" not in shown
    assert [answer.status_code for answer in refused] == [403, 403]
    assert keeping.get(job.number, services=services).state is JobState.QUEUED


def test_there_is_no_job_of_that_number(editor):
    assert editor.get(f"{PAGE}/99999").status_code == 404
    assert editor.get(f"{PAGE}/99999/errors.csv").status_code == 404
