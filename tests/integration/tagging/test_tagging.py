import csv
import json

import numpy as np
import pyarrow.parquet as pq
import pytest

from embeddings.limits import PhotoLimits
from embeddings.types import Photo
from service.errors import BadOutput
from service.finding.browse import product_by_sku
from service.importing.running import import_source
from service.models.registry import model_of
from service.settings.environment import Settings
from service.tagging.resuming import mark_of, part_of
from service.tagging.tag import COLUMNS, tag_pictures
from service.wiring import build_services
from tests.fakes import COLOURS, MeanColourEncoder, image_bytes, plain_picture

LIMITS = PhotoLimits()
MODEL = model_of(MeanColourEncoder(), "mean colour")


@pytest.fixture
def pictures(tmp_path):
    """A folder of a red, a green and a broken picture, and what is no picture."""
    folder = tmp_path / "pictures"
    (folder / "below").mkdir(parents=True)
    (folder / "a.png").write_bytes(plain_picture((220, 30, 0)))
    (folder / "below" / "b.jpg").write_bytes(plain_picture((0, 200, 20), kind="JPEG"))
    (folder / "below" / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (folder / "notes.txt").write_text("no picture")
    return folder


def rows_of(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def tag(*paths, to, **options):
    return tag_pictures(paths, to, model=MODEL, limits=LIMITS, **options)


def test_every_picture_below_a_folder_gets_its_category_or_the_reason_why_not(pictures, tmp_path):
    report = tag(pictures, to=tmp_path / "tags.csv")

    red, green, broken = rows_of(tmp_path / "tags.csv")
    assert (report.tagged, report.failed, report.skipped) == (2, 1, 0)
    assert list(red) == list(COLUMNS)
    assert (red["path"], red["category"], red["error"]) == (str(pictures / "a.png"), "red", "")
    assert (green["category"], green["second_category"]) == ("green", "blue")
    assert 0 < float(green["second_confidence"]) < float(green["confidence"]) <= 1
    assert 0 <= float(green["garment_probability"]) <= 1
    assert broken["category"] == ""
    assert "PNG picture" in broken["error"]


def test_a_model_that_tells_colours_tags_them_too(pictures, tmp_path):
    coloured = model_of(MeanColourEncoder(colours=COLOURS), "mean colour")

    tag_pictures([pictures], tmp_path / "tags.csv", model=coloured, limits=LIMITS)
    tag(pictures, to=tmp_path / "grey.csv")

    red, green, broken = rows_of(tmp_path / "tags.csv")
    assert (red["colour"], green["colour"], broken["colour"]) == ("red", "green", "")
    assert 0.9 < float(red["colour_confidence"]) <= 1
    assert {row["colour"] for row in rows_of(tmp_path / "grey.csv")} == {""}


def test_a_file_that_is_not_there_is_a_row_with_a_reason(pictures, tmp_path):
    report = tag(pictures / "a.png", pictures / "none.png", to=tmp_path / "tags.csv")

    assert (report.tagged, report.failed) == (1, 1)
    assert "No such file" in rows_of(tmp_path / "tags.csv")[1]["error"]


def test_every_format_says_the_same(pictures, tmp_path):
    for ending in ("jsonl", "parquet"):
        tag(pictures, to=tmp_path / f"tags.{ending}")

    lines = (tmp_path / "tags.jsonl").read_text(encoding="utf-8").splitlines()
    told = [json.loads(line) for line in lines]
    assert pq.read_table(tmp_path / "tags.parquet").to_pylist() == told
    assert [row["category"] for row in told] == ["red", "green", None]


def test_a_dash_is_standard_output(pictures, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)

    tag(pictures / "a.png", to=type(tmp_path)("-"))

    assert capsys.readouterr().out.splitlines()[1].split(",")[1] == '"red"'
    assert not (tmp_path / "-").exists()


@pytest.mark.parametrize("ending", ["csv", "jsonl"])
def test_an_interrupted_run_goes_on_where_it_was(pictures, tmp_path, ending):
    whole = tmp_path / f"whole.{ending}"
    tag(pictures, to=whole)
    output = tmp_path / f"tags.{ending}"
    data = whole.read_bytes()

    for size in [*range(0, len(data), 23), len(data)]:  # whatever a kill has left
        output.unlink(missing_ok=True)
        part_of(output).write_bytes(data[:size])
        mark_of(output).write_text(MODEL.fingerprint)
        report = tag(pictures, to=output, resume=True)

        assert output.read_bytes() == data
        assert report.tagged + report.failed + report.skipped == 3
    assert report.skipped == 3
    assert sorted(path.name for path in tmp_path.glob("tags*")) == [output.name]


@pytest.mark.parametrize("begun", ["another model", "", None])
def test_what_another_model_began_is_not_gone_on_with(pictures, tmp_path, begun):
    output = tmp_path / "tags.csv"
    tag(pictures, to=output)
    data = output.read_bytes()[:-20]
    part_of(output).write_bytes(data)
    if begun is not None:
        mark_of(output).write_text(begun)

    with pytest.raises(BadOutput, match="begin anew without --resume"):
        tag(pictures, to=output, resume=True)

    report = tag(pictures, to=output)
    assert (report.tagged, report.skipped) == (2, 0)


def test_a_run_that_was_interrupted_by_a_kill_knows_its_model(pictures, tmp_path):
    output = tmp_path / "tags.csv"

    def interrupt(_done, _total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        tag(pictures, to=output, progress=interrupt)

    assert tag(pictures, to=output, resume=True).skipped == 3
    assert len(rows_of(output)) == 3


def test_two_runs_do_not_write_one_output(pictures, tmp_path):
    output = tmp_path / "tags.csv"
    refused = []

    def again(_done, _total):
        with pytest.raises(BadOutput, match="another process is writing"):
            tag(pictures, to=output)
        refused.append(True)

    tag(pictures, to=output, progress=again)

    assert refused
    assert len(rows_of(output)) == 3


def test_a_spreadsheet_is_told_the_encoding_of_a_file(pictures, tmp_path):
    tag(pictures, to=tmp_path / "tags.csv")
    tag(pictures, to=tmp_path / "tags.jsonl")

    assert (tmp_path / "tags.csv").read_bytes().startswith(b'\xef\xbb\xbf"path",')
    assert (tmp_path / "tags.jsonl").read_bytes().startswith(b"{")


def test_without_resuming_a_run_begins_anew(pictures, tmp_path):
    output = tmp_path / "tags.csv"
    part_of(output).write_text("something else")

    report = tag(pictures, to=output, resume=False)

    assert report.skipped == 0
    assert len(rows_of(output)) == 3


def test_resuming_without_an_earlier_run_begins_one(pictures, tmp_path):
    report = tag(pictures, to=tmp_path / "tags.csv", resume=True)

    assert (report.tagged, report.skipped) == (2, 0)


def test_a_parquet_file_cannot_be_resumed(pictures, tmp_path):
    with pytest.raises(BadOutput, match="can be resumed"):
        tag(pictures, to=tmp_path / "tags.parquet", resume=True)


def test_progress_is_told_to_the_end(pictures, tmp_path):
    told = []

    tag(pictures, to=tmp_path / "tags.csv", progress=lambda *each: told.append(each))

    assert told[-1] == (3, 3)


def test_a_file_name_that_a_spreadsheet_would_run_is_escaped(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "=cmd.png").write_bytes(plain_picture())

    tag(type(tmp_path)("=cmd.png"), to=tmp_path / "tags.csv")

    assert rows_of(tmp_path / "tags.csv")[0]["path"] == "'=cmd.png"


def test_a_picture_is_tagged_as_it_is_imported(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    noise = np.random.default_rng(7).integers(0, 256, (90, 120, 3), dtype=np.uint8)
    noise[:, :, 0] //= 3  # so that one category is likelier than the others
    (folder / "coat.png").write_bytes(image_bytes(Photo(noise)))
    (folder / "hat.png").write_bytes(plain_picture((200, 30, 30), side=20))
    services = build_services(Settings(home=tmp_path / "home"), MeanColourEncoder())

    tag(folder, to=tmp_path / "tags.csv")
    import_source(folder, services=services)

    tagged = [float(row["confidence"]) for row in rows_of(tmp_path / "tags.csv")]
    known = [product_by_sku(sku, services=services) for sku in ("coat", "hat")]
    services.close()
    as_it_came = MODEL.encoder.read([Photo(noise)])[0].probabilities.max()
    assert tagged == [pytest.approx(each.model_confidence, abs=1e-6) for each in known]
    assert tagged[0] != pytest.approx(as_it_came, abs=1e-4)
