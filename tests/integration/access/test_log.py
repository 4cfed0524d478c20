"""Who did what: entries are added with what they tell of, and never changed."""

import ast
import csv
import io
import json
import re
from pathlib import Path

import pytest
from sqlalchemy import delete, text, update
from sqlalchemy.exc import IntegrityError

from catalog.access.audit import Asked
from catalog.access.tables import AuditEntry
from service.access import accounts, log
from service.access.action_words import ACTIONS, in_words
from service.access.actor import NOBODY, at_the_machine
from service.access.keys import KeyWish, create_key
from service.access.log import record, record_all, record_alone, record_each
from service.access.sessions import Visit, sign_in
from service.duplicates.decision import Verdict
from service.errors import WrongCredentials
from tests.doors import PASSWORD, member, send
from tests.doors import sign_in as sign_in_by_form

BY = at_the_machine()
SERVICE = Path(__file__).parents[3] / "service"


@pytest.fixture
def admin(client, access):
    client.set_cookie("lookalike-session", member("ada", "admin", access=access))
    return client


def told(services, **asked):
    return list(log.entries(Asked(**asked), database=services.database))


def test_a_change_on_a_page_says_who_what_on_what_from_where_and_when(admin, services, clock):
    clock.goes_on(minutes=7)

    send(admin, "/staff/users", "/staff/users", name="bea", role="editor")

    entry = told(services)[0]
    assert entry | {"number": 0} == {
        "number": 0,
        "at": "2026-11-26T12:07:00+00:00",
        "actor_kind": "account",
        "actor": "ada",
        "action": "account.add",
        "subject": "bea",
        "detail": "role=editor",
        "address": "127.0.0.1",
    }


def test_every_change_of_accounts_keys_and_sessions_is_told(client, access, services):
    member("ada", "admin", access=access)
    sign_in_by_form(client, "ada")
    send(client, "/staff/users", "/staff/users", name="bea", role="editor")
    send(client, "/staff/users", "/staff/users/bea/role", role="viewer")
    send(client, "/staff/users", "/staff/users/bea/reset")
    send(client, "/staff/users", "/staff/users/bea/remove")
    send(client, "/staff/keys", "/staff/keys", name="till", scopes="read")
    [key] = [each["subject"] for each in told(services, action="key.create")]
    send(client, "/staff/keys", f"/staff/keys/{key}/revoke")
    send(client, "/staff", "/staff/sign-out")

    assert [each["action"] for each in reversed(told(services))] == [
        *("account.add", "account.accept", "session.begin"),
        *("account.add", "account.role", "account.reset", "account.remove"),
        *("key.create", "key.revoke", "session.end"),
    ]


def test_what_failed_is_not_told_as_done(admin, services):
    before = len(told(services))

    answer = send(admin, "/staff/users", "/staff/users", name="ada", role="editor")
    send(admin, "/staff/users", "/staff/users/ada/remove")

    assert "there is an account" in answer.text.lower()
    assert len(told(services)) == before


def test_a_name_that_nobody_has_is_not_written_down(access, services):
    member("ada", "admin", access=access)
    for name in ("ada", "my secret password"):
        with pytest.raises(WrongCredentials):
            sign_in(name, "wrong one here", visit=Visit("192.0.2.1"), access=access)

    refused = told(services, action="session.refuse")

    assert [each["subject"] for each in refused] == ["a name that nobody has", "ada"]


@pytest.mark.parametrize("change", [delete(AuditEntry), update(AuditEntry).values(actor="eve")])
def test_no_writer_changes_an_entry(access, services, change):
    record_alone(NOBODY, "test", database=services.database)

    with pytest.raises(IntegrityError, match="are kept"), services.database.writing() as session:
        session.execute(change)

    assert [each["actor"] for each in told(services)] == ["nobody"]


def test_texts_are_cut_and_kept_on_one_line(services):
    record_alone(
        NOBODY, "test", "a\nb\x1b[31m" + "x" * 5_000, "y" * 5_000, database=services.database
    )

    [entry] = told(services)

    assert entry["subject"].startswith("a b [31mx")
    assert len(entry["subject"]) == 200
    assert len(entry["detail"]) == 1_000
    assert entry["detail"].endswith("y…")


def test_what_is_rolled_back_leaves_no_entry(services):
    def fail_after_it():
        with services.database.writing() as session:
            record(session, BY, "test")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_after_it()

    assert told(services) == []


def test_entries_can_be_asked_for_by_who_what_on_what_and_when(client, access, clock):
    accounts.add_account("bea", "viewer", 1, by=BY, access=access)
    clock.goes_on(days=2)
    create_key(KeyWish("till", ("read",)), by=BY, access=access)
    client.set_cookie("lookalike-session", member("ada", "admin", access=access))

    by_action = client.get("/staff/audit?action=account").text
    by_subject = client.get("/staff/audit?subject=be").text
    by_day = client.get("/staff/audit?since=2026-11-28&until=2026-11-28").text
    by_who = client.get("/staff/audit?actor=nobody").text

    assert ">added an account</td>" in by_action
    assert ">drew a key</td>" not in by_action
    assert by_subject.count(">added an account</td>") == 1
    assert ">drew a key</td>" in by_day
    assert ">bea</td>" not in by_day
    assert "No entry is as you ask." in by_who


def test_a_day_that_is_none_is_left_out_and_said(admin):
    page = admin.get("/staff/audit?since=yesterday")

    assert page.status_code == 200
    assert "so since is left out" in page.text


def test_older_entries_are_a_page_away(admin, services):
    with services.database.writing() as session:
        for number in range(150):
            record(session, BY, "test", f"number {number}")

    newest = admin.get("/staff/audit?action=test")
    further = re.search(r'href="([^"]+before=[^"]+)"', newest.text)[1]
    older = admin.get(further.replace("&amp;", "&"))

    assert newest.text.count(">test</td>") == 100
    assert older.text.count(">test</td>") == 50
    assert "number 49<" in older.text
    assert ">Older<" not in older.text


def test_the_same_done_to_many_at_once_is_one_line(admin, services):
    record_alone(NOBODY, "test.before", database=services.database)
    with services.database.writing() as session:
        record_each(session, BY, "test", [f"SKU-{number:03}" for number in range(250)], "price=5")

    page = admin.get("/staff/audit").text

    assert page.count(">test</td>") == 1
    assert "and 249 more" in page
    assert all(f"SKU-{number:03}" in page for number in range(250))
    assert page.count(">test.before</td>") == 1


def test_what_was_done_to_many_pairs_at_once_is_one_line_though_each_is_told_otherwise(
    admin, services
):
    pairs = [("duplicate.merge", f"A{n} B{n}", f"'A{n}' merged into 'B{n}'") for n in range(42)]
    with services.database.writing() as session:
        record_all(session, BY, pairs)

    page = admin.get("/staff/audit").text

    assert page.count(">merged two products</td>") == 1
    assert "and 41 more" in page
    assert all(f"A{n} B{n}" in page for n in range(42))


def test_an_entry_leads_to_its_job_and_its_change(admin, services):
    record_alone(NOBODY, "job.create", "14", "import a.zip", database=services.database)
    record_alone(NOBODY, "product.undo", "A", "change 31", database=services.database)
    record_alone(NOBODY, "test", "14", "in change 32 of all", database=services.database)

    page = admin.get("/staff/audit").text

    assert page.count("/staff/jobs/14") == 1
    assert "/staff/changes/31" in page
    assert "/staff/changes/32" not in page


def test_a_deed_to_very_many_goes_on_on_the_next_page_and_none_is_left_out(admin, services):
    with services.database.writing() as session:
        record_each(session, BY, "test", [str(number) for number in range(45)])
    found, before = [], None

    for _ in range(4):
        page = log.page(
            Asked(action="test"), 2, before=before, database=services.database, most_read=20
        )
        found += [subject for deed in page.deeds for subject in deed.subjects]
        if (before := page.older) is None:
            break

    assert found == [str(number) for number in reversed(range(45))]
    assert before is None


def test_the_log_comes_as_a_table_that_no_spreadsheet_runs(admin, services):
    record_alone(NOBODY, "test", "=cmd|' /C calc'!A0", database=services.database)

    answer = admin.get("/staff/audit/download.csv?action=test")

    [row] = csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")))
    assert row["action"] == "test"
    assert not row["subject"].startswith("=")
    assert answer.headers["Content-Disposition"] == "attachment; filename=audit.csv"


def test_the_log_comes_as_json_lines(admin, services):
    record_alone(NOBODY, "test", "é", database=services.database)

    answer = admin.get("/staff/audit/download.jsonl?action=test")

    assert [json.loads(line)["subject"] for line in answer.text.splitlines()] == ["é"]


def test_a_title_of_a_stranger_is_text_on_the_page(admin, services):
    record_alone(NOBODY, "test", "<script>alert(1)</script>", database=services.database)

    assert "&lt;script&gt;" in admin.get("/staff/audit").text


def test_the_first_page_says_of_imports_what_became_of_them(admin, services):
    assert "No import by command yet" in admin.get("/staff").text

    record_alone(BY, "import", "new-stock.csv", "12 added", database=services.database)

    page = admin.get("/staff").text
    assert "new-stock.csv" in page
    assert "12 added" in page


def test_reading_a_password_from_the_log_is_not_possible(access, services):
    member("ada", "admin", access=access)

    with services.database.reading() as session:
        rows = session.execute(text("SELECT * FROM audit_entry")).all()

    assert PASSWORD not in str(rows)


def recorded_actions():
    """Name the actions that the service writes into the log, but for those that it works out."""
    for path in SERVICE.rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and ast.unparse(call.func) in ("record", "done"):
                for value in call.args[:3]:
                    if isinstance(value, ast.Constant) and isinstance(value.value, str):
                        yield value.value
                        break


def test_every_action_has_words_for_the_page():
    actions = set(recorded_actions())

    assert {"account.add", "import", "photo.put", "restore"} <= actions
    actions |= {f"duplicate.{verdict}" for verdict in Verdict}
    assert actions - ACTIONS.keys() == set()
    assert all(" " in words or words == "imported" for words in map(in_words, actions))


def test_an_action_of_a_newer_version_is_shown_as_it_is():
    assert in_words("robot.dance") == "robot.dance"


def test_a_failure_to_sign_in_is_told_in_words(admin):
    sign_in_by_form(admin.application.test_client(), "nobody-here")

    page = admin.get("/staff/audit").text

    assert ">failed to sign in</td>" in page
    assert "nobody known" in page
    assert '<option value="session.refuse">failed to sign in</option>' in page


def test_a_key_of_no_origins_names_none(services, access):
    create_key(KeyWish("till", ("read",)), by=BY, access=access)
    create_key(KeyWish("page", ("read",), ("https://a.example",)), by=BY, access=access)

    details = [entry["detail"] for entry in told(services, action="key.create")]

    assert details == ["name=page scopes=read origins=https://a.example", "name=till scopes=read"]
