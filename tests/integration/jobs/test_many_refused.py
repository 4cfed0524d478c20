"""A file of bad rows alone: they are counted, and not all of their lines are kept."""

import csv
import sqlite3
from contextlib import closing
from zipfile import ZipFile

from catalog.jobs import LineKind, NewLine
from service.jobs import keeping
from service.jobs.at_work import JobAtWork
from service.jobs.claiming import claim
from service.jobs.files import folder_of, new_folder
from service.jobs.kinds import importing
from service.jobs.kinds.known import KINDS
from service.jobs.refused import refused_csv
from service.worker.doing import do
from tests.fakes import plain_picture
from tests.integration.jobs.work import ME

MOST = 100
ROWS = 600


def test_lines_of_what_a_job_refused_are_kept_up_to_a_bound_and_all_are_counted(services):
    number = keeping.create("verify", {}, by=ME, services=services, title="the shop").number
    work = JobAtWork(
        *claim("me", services=services), services=services, stops=lambda: False, most_errors=MOST
    )

    def refuse(first, last):
        lines = [NewLine(LineKind.ERROR, at, "", "no price") for at in range(first, last)]
        work.save(place={}, lines=[*lines, NewLine(LineKind.NOTE, last, "", "told")])

    refuse(0, MOST - 1)
    before = list(csv.reader("".join(refused_csv(number, services=services)).splitlines()))
    refuse(MOST - 1, MOST + 2)
    refuse(MOST + 2, MOST + 4)
    after = list(csv.reader("".join(refused_csv(number, services=services)).splitlines()))
    kept = keeping.lines(number, LineKind.ERROR, services=services)
    notes = keeping.lines(number, LineKind.NOTE, services=services)

    assert before[-1] == [str(MOST - 2), "no price", ""]
    assert after[-2:] == [
        [str(MOST - 1), "no price", ""],
        ["", "and 4 more, of which the lines are not kept", ""],
    ]
    assert keeping.get(number, services=services).errors == MOST + 4
    assert sum(1 for _ in kept) == MOST
    assert sum(1 for _ in notes) == 3


def test_notes_on_rows_are_kept_up_to_a_bound_and_all_are_counted(services, monkeypatch):
    monkeypatch.setattr(importing, "MOST_NOTES", 10)
    folder = new_folder(services.settings)
    rows = [f"SKU-{number},T,p.png,-{number}" for number in range(1, ROWS + 1)]
    with ZipFile(folder_of(folder, services.settings) / "stock.zip", "w") as file:
        file.writestr("p.png", plain_picture((1, 2, 3)))
        file.writestr("stock.csv", "\n".join(["sku,title,photo,stock,shelf", *rows]))
    told = {"file": "stock.zip", "duplicates": False}
    number = keeping.create("import", told, by=ME, services=services, folder=folder).number

    with closing(sqlite3.connect(services.settings.database)) as beside:

        def done_so_far():
            [[done]] = beside.execute("SELECT done FROM job WHERE id = ?", [number])
            return done

        job = claim("me", services=services)
        do(*job, kinds=KINDS, services=services, stops=lambda: done_so_far() > 0)
        assert 0 < done_so_far() < ROWS
    do(*claim("me", services=services), kinds=KINDS, services=services)

    notes = list(keeping.lines(number, LineKind.NOTE, services=services))
    of_rows = [each.message for each in notes if each.line > 1]
    assert len(of_rows) == 9
    assert all(each.endswith("is taken as 0") for each in of_rows)
    assert [each.line for each in notes if each.line <= 1] == [1]  # of the unknown column
    assert keeping.get(number, services=services).place["notes"] == ROWS + 1
