"""Tables whose letters are no UTF-8, of which nobody has said yet how they are to be read."""

import csv

import pytest

from catalog.jobs import JobState, LineKind
from service.jobs import keeping
from service.jobs.claiming import claim
from service.jobs.kinds.known import KINDS
from service.worker.doing import do
from tests.doors import send
from tests.integration.bringing.test_import_pages import bring

HINT = "Some letters of this file could not be read"
CELLS = {"sku": "A-1", "title": "Mantel", "photo": "a.png", "brand": "Gross", "category": "Hut"}
TABLES = {
    "a column": {"größe": "x"},
    "a cell": {"brand": "Groß"},
    "the SKU": {"sku": "Ä-1"},
    "the title": {"title": "Müller"},
    "the picture": {"photo": "mäntel.png"},
    "the category": {"category": "Hüte"},
    "all": {"sku": "Ä-1", "title": "Müller", "photo": "ä.png", "category": "Hüte", "größe": "groß"},
}


def table(told):
    cells = CELLS | told
    rows = ";".join(cells), ";".join(cells.values()), "B-1;Hose;b.png;Klein;Hose"
    return "\n".join(rows).encode("cp1252")


def look(editor, data, **said):
    address = bring(editor, "liste.csv", data).location
    if said:
        address = send(editor, address, address, **said).location
    return editor.get(address)


@pytest.mark.parametrize("told", TABLES.values(), ids=TABLES)
def test_what_they_are_is_asked_and_the_file_is_read_so(editor, told):
    before = look(editor, table(told), encoding="", then="look")
    after = look(editor, table(told), encoding="cp1252", then="look")

    assert (before.status_code, after.status_code) == (200, 200)
    assert (HINT in before.text, HINT in after.text) == (True, False)
    assert all(text in after.text for text in told.values())


def test_columns_that_were_chosen_before_it_was_said_lose_nothing_else(editor):
    data = "Künst;Größe\nÄ-1;groß\n".encode("cp1252")
    address = bring(editor, "liste.csv", data).location
    said = {"theirs": ["k\\udcfcnst"], "ours": ["sku"], "currency": "EUR", "encoding": "cp1252"}

    answer = send(editor, address, address, **said, then="look")

    page = editor.get(answer.location).text
    assert "künst" in page
    assert 'value="EUR"' in page
    assert HINT not in page


@pytest.mark.parametrize("told", TABLES.values(), ids=TABLES)
def test_a_row_that_is_not_read_stops_no_job_and_is_told(editor, services, told):
    address = bring(editor, "liste.csv", table(told)).location

    answer = send(editor, address, address, then="import")

    claimed = claim("me", services=services)
    do(*claimed, kinds=KINDS, services=services)
    job = keeping.get(claimed[0].number, services=services)
    refused = editor.get(f"{answer.location}/errors.csv")
    notes = [each.message for each in keeping.lines(job.number, LineKind.NOTE, services=services)]
    assert job.state is JobState.DONE
    assert editor.get(answer.location).status_code == 200
    assert len(list(csv.reader(refused.text.splitlines()))) == 1 + job.counts["refused"]
    assert job.counts["refused"] == 2  # there is no picture
    assert any("UTF-8" in text for text in (refused.text, *notes))
