"""A batch that comes again under its Idempotency-Key is done once, and answered the same."""

import sqlite3
from contextlib import closing

from catalog import products
from service.access.keys import who_holds
from service.writing import idempotency, lines
from tests.doors import access_of
from tests.integration.web.writer import Writer

ROWS = [{"sku": f"N-{number}", "title": "A coat"} for number in range(250)]


def test_the_same_batch_gets_the_same_answer_and_is_done_once(writer):
    first, told = writer.post(*ROWS, Idempotency_Key="a")
    writer.ask("DELETE", "/api/v1/products/N-7")

    again = writer.post(*ROWS, Idempotency_Key="a")[0]
    other = writer.post(*ROWS, Idempotency_Key="b")[1]

    assert {each["outcome"] for each in told} == {"created"}
    assert (again.status_code, again.text) == (200, first.text)
    assert {each["sku"] for each in other if each["outcome"] == "created"} == {"N-7"}


def test_a_key_with_another_body_is_refused(writer):
    writer.post(*ROWS[:2], Idempotency_Key="a")

    answer = writer.post(*ROWS[:3], Idempotency_Key="a")[0]

    assert answer.status_code == 422
    assert "came with another body before" in answer.get_json()["detail"]
    assert writer.post(*ROWS[:3], Idempotency_Key="x y")[0].status_code == 422


def test_nobody_gets_what_another_was_answered(app, access, writer):
    other = Writer(app, access)
    writer.post(*ROWS[:2], Idempotency_Key="a")

    told = other.post(*ROWS[:3], Idempotency_Key="a")[1]

    assert [each["outcome"] for each in told] == ["unchanged", "unchanged", "created"]


def test_a_batch_that_was_cut_off_goes_on_where_it_was(writer, services):
    body = b"\n".join(writer_line(each) for each in ROWS)
    by = who(writer, services)
    parts = lines.read_lines(body)
    repeated = idempotency.repeatable("a", body, by)
    idempotency.write_lines(parts[: lines.BATCH], repeated, by=by, services=services)

    told = idempotency.write_lines(lines.read_lines(body), repeated, by=by, services=services)

    assert told.count('"created"') == len(ROWS)
    with services.database.reading() as session:
        assert products.count(session) == 30 + len(ROWS)


def test_an_answer_is_kept_for_a_day(writer, services):
    writer.post(*ROWS, Idempotency_Key="a")
    with closing(sqlite3.connect(services.settings.database)) as database:
        database.execute("UPDATE kept_answer SET kept_at = '2026-01-01 00:00:00.000000'")
        database.execute(
            "UPDATE kept_answer SET kept_at = '2099-01-01 00:00:00.000000' WHERE part = 1"
        )
        database.commit()

    told = writer.post(*ROWS, Idempotency_Key="a")[1]

    assert {each["outcome"] for each in told} == {"unchanged"}


def writer_line(row):
    return f'{{"sku": "{row["sku"]}", "title": "{row["title"]}"}}'.encode()


def who(writer, services):
    key = writer.headers["Authorization"].removeprefix("Bearer ")
    return who_holds(key, address="::1", origin=None, access=access_of(services))
