"""Pictures that are sent to be tagged: out comes a table, wherever the work was broken off."""

import csv
import io
import json
import sys
from zipfile import ZipFile

import numpy as np
import pyarrow.parquet
import pytest
from openpyxl import load_workbook

from catalog.jobs import JobState, LineKind
from service.access.actor import at_the_machine
from service.jobs import keeping
from service.jobs.claiming import claim
from service.jobs.files import folder_of
from service.jobs.kinds.known import KINDS
from service.tagging.sent_pictures import SENT_COLUMNS, near_duplicates
from service.uploads.starting import start_tagging
from service.worker.doing import do
from tests.doors import token_on
from tests.fakes import plain_picture

ME = at_the_machine()
COLOURS = [(250, 0, 0), (0, 250, 0), (0, 0, 250), (250, 0, 0)]


@pytest.fixture
def send(uploads, services):
    """Send a ZIP to be tagged; gives the job."""

    def send(output, pictures=None, name="looks.zip"):
        if pictures is None:
            shown = {f"in/{n}.png": plain_picture(rgb, 40) for n, rgb in enumerate(COLOURS)}
            pictures = {**shown, "in/bad.png": b"no picture", "notes.txt": b"for you"}
        token, folder = uploads.begin(1)
        with ZipFile(folder / name, "w") as archive:
            for place, data in pictures.items():
                archive.writestr(place, data)
        upload = uploads.keep(token, name, purpose="tag", by="anna")
        return start_tagging(upload, output, by=ME, uploads=uploads, services=services)

    return send


def work(job, services, stops=lambda: False):
    """Do the job, as far as it comes; gives it as it is then, and where its files are."""
    claimed = claim("worker", services=services)
    assert claimed is not None
    do(*claimed, kinds=KINDS, services=services, stops=stops)
    return keeping.get(job.number, services=services), folder_of(job.folder, services.settings)


def after_a_step(job, services):
    """Tell a worker to stop once it has noted more down than there is of the job."""
    return lambda: keeping.get(job.number, services=services).done > job.done


def rows_of(path):
    if path.suffix == ".csv":
        return list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"))))
    if path.suffix == ".jsonl":
        return [json.loads(line) for line in path.read_text().splitlines()]
    if path.suffix == ".parquet":
        return pyarrow.parquet.read_table(path).to_pylist()
    with path.open("rb") as file:
        names, *rows = load_workbook(file).active.iter_rows(values_only=True)
    return [dict(zip(names, row, strict=True)) for row in rows]


@pytest.mark.parametrize("output", ["csv", "xlsx", "jsonl", "parquet"])
def test_a_table_of_each_kind_says_the_same(send, services, uploads, output):
    job, folder = work(send(output), services)

    rows = rows_of(folder / job.result)
    assert (job.state, job.result) == (JobState.DONE, f"looks-tags.{output}")
    assert [row["path"] for row in rows] == [*(f"in/{n}.png" for n in range(4)), "in/bad.png"]
    assert [bool(row["category"]) for row in rows] == [True] * 4 + [False]
    assert [row["near_duplicate_of"] or "" for row in rows] == ["", "", "", "in/0.png", ""]
    assert "not" in rows[4]["error"]
    assert list(rows[0])[-len(SENT_COLUMNS) :] == list(SENT_COLUMNS)
    assert sorted(each.name for each in folder.iterdir()) == sorted([job.result, "pictures"])
    assert uploads.every("tag") == []
    assert job.counts == {"tagged": 4, "failed": 1, "near_duplicates": 1, "passed_over": 1}
    [error] = keeping.lines(job.number, LineKind.ERROR, services=services)
    assert (error.line, error.message.startswith("in/bad.png: ")) == (5, True)


def test_a_workbook_has_the_pictures_and_no_formula(send, services):
    pictures = {"=cmd().png": plain_picture((9, 9, 200), 40), "b.png": b"no picture"}

    job, folder = work(send("xlsx", pictures), services)

    with (folder / job.result).open("rb") as file:
        sheet = load_workbook(file).active
    assert sheet["B2"].value == "=cmd().png"
    assert sheet["B2"].data_type == "s"
    pictures = getattr(sheet, "_images")  # noqa: B009 - openpyxl has no other name for them
    assert [image.anchor._from.row for image in pictures] == [1]
    assert sheet.freeze_panes == "C2"


def test_work_that_is_broken_off_goes_on_where_it_was(send, services):
    pictures = {f"{n:03}.png": plain_picture((n, 255 - n, 99), 16) for n in range(150)}
    pictures |= {f"{n:03}.png": b"torn" for n in (3, 70, 149)}
    job = send("jsonl", pictures)

    states = []
    for _ in range(9):
        job, folder = work(job, services, stops=after_a_step(job, services))
        states.append(job.state)
        if job.state is JobState.DONE:
            break

    rows = rows_of(folder / job.result)
    assert JobState.QUEUED in states
    assert [row["path"] for row in rows] == sorted(pictures)
    lines = list(keeping.lines(job.number, LineKind.ERROR, services=services))
    assert [each.line for each in lines] == [4, 71, 150]
    assert (job.counts["tagged"], job.counts["failed"]) == (147, 3)


def test_a_journal_that_was_torn_by_a_kill_loses_only_what_was_torn(send, services):
    job = send("jsonl")
    folder = folder_of(job.folder, services.settings) / "pictures"
    whole, there = work(job, services)
    rows = rows_of(there / whole.result)
    again = send("jsonl")
    torn = folder_of(again.folder, services.settings) / "pictures"
    folder.rename(torn)
    with (torn / "records.jsonl").open("r+b") as file:
        file.truncate((torn / "records.jsonl").stat().st_size - 20)

    done, there = work(again, services)

    assert rows_of(there / done.result) == rows
    assert (torn / "embeddings.f16").stat().st_size == 5 * services.encoder.dim * 2


@pytest.mark.parametrize(
    ("pictures", "told"),
    [({"a.txt": b"x"}, "holds no picture"), ({"../x.png": b"x"}, "leads out of it")],
)
def test_what_holds_no_picture_fails_and_says_why(send, services, pictures, told):
    job, _ = work(send("csv", pictures), services)

    assert job.state is JobState.FAILED
    assert told in job.message


def test_no_chain_leads_from_picture_to_picture():
    angles = np.deg2rad([0, 15, 30, 45, 0, 200])  # 15 degrees are near, 30 are not
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float16)

    assert near_duplicates(vectors) == {1: 0, 3: 2, 4: 0}


def test_what_could_not_be_read_is_like_nothing():
    assert near_duplicates(np.zeros((3, 8), np.float16)) == {}
    assert near_duplicates(np.zeros((0, 8), np.float16)) == {}


def test_pages_show_the_pictures_and_narrow_them(send, services, editor):
    job, _ = work(send("csv"), services)
    page = f"/staff/jobs/{job.number}/pictures"

    shown = editor.get(page).text
    small = editor.get(f"{page}/0.jpg")

    assert shown.count("<img") == 4
    assert "The same as in/0.png" in shown
    assert small.mimetype == "image/jpeg"
    assert editor.get(f"{page}?show=same&page=x").text.count("<img") == 1
    assert "in/<wbr>bad.png" in editor.get(f"{page}?show=error").text
    assert "No picture is so" in editor.get(f"{page}?page=2").text
    assert "See the pictures" in editor.get(f"/staff/jobs/{job.number}").text
    got = editor.get(f"/staff/jobs/{job.number}/result")
    assert got.headers["Content-Disposition"] == "attachment; filename=looks-tags.csv"
    assert got.data.startswith(b"\xef\xbb\xbf")
    got.close()
    assert editor.get(f"{page}/4.jpg").status_code == 404
    assert editor.get("/staff/jobs/9999/pictures").status_code == 404


def test_a_form_without_a_kind_of_table_says_so(editor, uploads):
    token = token_on(editor.get("/staff/tag").text)
    files = [(io.BytesIO(plain_picture((1, 2, 3), 20)), "a.png")]

    refused = editor.post("/staff/tag", data={"form_token": token, "format": "pdf", "file": files})

    assert refused.status_code == 422
    assert "csv" in refused.text
    assert list(uploads.folder.iterdir()) == []


def test_a_table_that_the_server_cannot_write_is_no_choice(editor, monkeypatch, uploads):
    before = editor.get("/staff/tag").text
    monkeypatch.setitem(sys.modules, "pyarrow", None)  # as where it is not installed
    page = editor.get("/staff/tag").text
    files = [(io.BytesIO(plain_picture((1, 2, 3), 20)), "a.png")]
    form = {"form_token": token_on(page), "format": "parquet", "file": files}

    refused = editor.post("/staff/tag", data=form)

    assert '<option value="parquet">Parquet</option>' in before
    assert '<option value="parquet" disabled>Parquet: the server has no pyarrow' in page
    assert refused.status_code == 422
    assert "Parquet needs the package pyarrow" in refused.text
    assert list(uploads.folder.iterdir()) == []


def test_pictures_are_sent_on_the_page(editor, services):
    token = token_on(editor.get("/staff/tag").text)
    files = [(io.BytesIO(plain_picture((1, 2, 3), 20)), f"in/{n}.png") for n in range(2)]

    answer = editor.post("/staff/tag", data={"form_token": token, "format": "xlsx", "file": files})

    [job] = keeping.newest(5, services=services)
    assert answer.location == f"/staff/jobs/{job.number}"
    done, _ = work(job, services)
    assert done.result == "in-tags.xlsx"
    assert "in.zip" in editor.get("/staff/tag").text
