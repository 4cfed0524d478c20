"""Imports as jobs: interrupted anywhere, they end as one that was not."""

import json
import sqlite3
from collections import Counter
from contextlib import closing
from zipfile import ZipFile

import pytest

from catalog.exported import stream_products
from catalog.jobs import JobState, LineKind
from catalog.stock_filters import StockFilters
from catalog.stock_list import skus_of, stock_ids
from service.jobs import keeping
from service.jobs.claiming import claim
from service.jobs.files import folder_of, new_folder
from service.jobs.kinds.known import KINDS
from service.upkeep.verify import verify
from service.worker.doing import do
from tests.fakes import plain_picture
from tests.integration.jobs.work import ME

ROWS = 600
BAD = {7: "no price", 300: "no price", 599: "no price"}  # by row
COUNTS = {"added": 595, "updated": 0, "unchanged": 0, "kept": 0, "refused": 5}


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    """A ZIP of 600 rows: three have bad prices, one lacks its picture, one comes again."""
    path = tmp_path_factory.mktemp("stock") / "stock.zip"
    with ZipFile(path, "w") as file:
        for number in range(ROWS):
            if number != 20:
                picture = plain_picture((number % 256, number // 256, 128))
                file.writestr(f"photos/{number}.png", picture)
        rows = [
            f"SKU-{0 if number == 400 else number},Product {number},photos/{number}.png,"
            f"{BAD.get(number, '9.90')}"
            for number in range(ROWS)
        ]
        file.writestr("stock.csv", "\n".join(["sku,title,photo,price", *rows]))
    return path


def ask(archive, services, **parameters):
    folder = new_folder(services.settings)
    (folder_of(folder, services.settings) / "stock.zip").write_bytes(archive.read_bytes())
    told = {"file": "stock.zip", "duplicates": False, **parameters}
    return keeping.create("import", told, by=ME, services=services, folder=folder)


def work(services, stops=lambda: False):
    claimed = claim("me", services=services)
    assert claimed is not None
    do(*claimed, kinds=KINDS, services=services, stops=stops)


def skus(services):
    with services.database.reading() as session:
        return Counter(product.sku for product in stream_products(session))


def brought_by(job, services):
    with services.database.reading() as session:
        ids = stock_ids(session, StockFilters(brought_by=job.number))
        return Counter(skus_of(session, ids))


def lines(job, services, kind=LineKind.ERROR):
    found = keeping.lines(job.number, kind, services=services)
    return [(line.line, line.sku, line.message.partition(":")[0]) for line in found]


def test_an_import_says_what_became_of_each_row(archive, services):
    job = ask(archive, services)

    work(services)

    done = keeping.get(job.number, services=services)
    assert (done.state, done.counts, done.errors) == (JobState.DONE, COUNTS, 5)
    assert done.message == "600 read: 595 added, 0 updated, 0 unchanged, 5 refused"
    assert (done.done, done.total) == (ROWS, ROWS)
    assert [(line, sku) for line, sku, _ in lines(job, services)] == [
        (9, "SKU-7"),
        (22, "SKU-20"),
        (302, "SKU-300"),
        (402, "SKU-0"),
        (601, "SKU-599"),
    ]
    [first, *_] = keeping.lines(job.number, services=services)
    assert json.loads(first.cells)["price"] == "no price"
    assert lines(job, services, LineKind.NOTE) == [(0, "", "595 new products came without a stock")]
    assert not folder_of(job.folder, services.settings).exists()
    assert list(services.settings.snapshots.glob("*.index"))  # as after the command


def test_an_import_that_is_interrupted_after_each_step_ends_as_one_that_was_not(archive, services):
    job = ask(archive, services)
    runs = 0

    with closing(sqlite3.connect(services.settings.database)) as beside:

        def done_so_far():  # which is asked at each row, each time
            [[done]] = beside.execute("SELECT done FROM job WHERE id = ?", [job.number])
            return done

        while not (now := keeping.get(job.number, services=services)).is_over:
            work(services, stops=lambda: done_so_far() > now.done)
            runs += 1

    done = keeping.get(job.number, services=services)
    assert runs > 1
    assert (done.state, done.counts, done.done) == (JobState.DONE, COUNTS, ROWS)
    assert [line for line, *_ in lines(job, services)] == [9, 22, 302, 402, 601]
    assert len(lines(job, services, LineKind.NOTE)) == 1
    assert brought_by(job, services) == skus(services)
    assert skus(services) == Counter(
        f"SKU-{number}" for number in range(ROWS) if number not in {*BAD, 20, 400}
    )
    assert verify(services=services).problems == ()


def test_a_dry_run_writes_nothing_and_says_what_would_be(archive, services):
    job = ask(archive, services, dry_run=True)

    work(services)

    done = keeping.get(job.number, services=services)
    assert (done.counts, done.errors) == (COUNTS, 5)
    assert "595 would be added" in done.message
    assert not skus(services)
    assert lines(job, services, LineKind.BROUGHT) == []


def test_a_file_sent_again_changes_nothing(archive, services):
    ask(archive, services)
    work(services)
    again = ask(archive, services)

    work(services)

    done = keeping.get(again.number, services=services)
    assert (done.counts["added"], done.counts["unchanged"]) == (0, 595)
    assert not brought_by(again, services)


def test_columns_are_named_by_a_map(services, tmp_path):
    path = tmp_path / "list.zip"
    with ZipFile(path, "w") as file:
        file.writestr("a.png", plain_picture())
        file.writestr("list.csv", "Artikel,Name,Bild\nA-1,Shirt,a.png\n")
    ask(path, services, map={"Artikel": "sku", "Name": "title", "Bild": "photo"})

    work(services)

    assert skus(services) == Counter({"A-1": 1})


@pytest.mark.parametrize(
    ("parameters", "reason"),
    [
        ({"sku_from": "moon"}, "says in a wrong way how to read its file"),
        ({"encoding": "klingon"}, "there is no encoding 'klingon'"),
        ({"file": ""}, "the job names no file"),
        ({"file": "../../catalog.sqlite3"}, "catalog.sqlite3"),
    ],
)
def test_a_job_that_breaks_a_rule_fails_with_it(parameters, reason, archive, services):
    job = ask(archive, services, **parameters)

    work(services)

    failed = keeping.get(job.number, services=services)
    assert failed.state is JobState.FAILED
    assert reason in failed.message


def test_a_job_whose_file_is_gone_says_so(archive, services):
    job = ask(archive, services)
    folder = folder_of(job.folder, services.settings)
    (folder / "stock.zip").unlink()
    folder.rmdir()

    work(services)

    failed = keeping.get(job.number, services=services)
    assert failed.state is JobState.FAILED
    assert failed.message == (
        "the files of this job are gone, as after a restore: no backup holds them. Ask for it anew"
    )
