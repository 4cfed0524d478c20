"""Each kind of fault in refused rows is told what to do about it, once."""

import json

import pytest

from catalog.jobs import Job, LineKind, NewLine, add_lines
from catalog.models import now
from service.access.actor import at_the_machine
from service.jobs import keeping

FILE, ADDRESS = "shirt.jpg", "https://cdn.example/shirt.jpg"
MEND = "Mend them in the CSV"
WITH_FILES = "in one ZIP with the picture files that it names"
TICK = "Pictures at addresses were not fetched"
OWN = "lie in your own network"
NOT_ALLOWED = "pictures are not fetched from addresses such as"
PRIVATE = "the picture at 'x' cannot be had: '127.0.0.1' is at no public address, and is not asked"


def page_of(editor, services, *refused, state="done", kind="import"):
    """Show a job that has refused rows, each a reason and the picture that it names."""
    job = keeping.create(kind, {}, by=at_the_machine(), services=services, title="a.csv")
    lines = [
        NewLine(LineKind.ERROR, n, f"S-{n}", reason, json.dumps({"photo": photo}))
        for n, (reason, photo) in enumerate(refused, 1)
    ]
    with services.database.writing() as session:
        row = session.get(Job, job.number)
        row.state, row.ended_at, row.errors = state, now(), len(lines)
        row.counts = json.dumps({"refused": len(lines)})
        add_lines(session, job.number, lines)
    return editor.get(f"/staff/jobs/{job.number}").text


def said(page):
    return [each for each in (MEND, WITH_FILES, TICK, OWN) if each in page]


@pytest.mark.parametrize(
    ("refused", "told"),
    [
        ([("the price is no number", ADDRESS)], [MEND]),
        ([("the price is no number", f"{ADDRESS}|{FILE}")], [MEND, WITH_FILES]),
        ([("the price is no number", "")], [MEND]),
        ([(NOT_ALLOWED, ADDRESS)], [TICK]),
        ([(PRIVATE, ADDRESS)], [OWN]),
        ([(NOT_ALLOWED, ADDRESS), ("no title", FILE)], [MEND, WITH_FILES, TICK]),
    ],
)
def test_refused_rows_are_told_what_helps_them_and_nothing_else(editor, services, refused, told):
    assert said(page_of(editor, services, *refused)) == told


def test_one_that_was_ended_is_told_to_send_its_file_again_and_no_more(editor, services):
    page = page_of(editor, services, ("no title", FILE), state="cancelled")

    assert "send the file again" in page
    assert MEND not in page
