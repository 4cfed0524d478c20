"""The colour on the command line: searched by, tagged and exported."""

import csv
import json

import pytest

from service.cli.entry import run
from tests.fakes import plain_picture
from tests.tiny_bundle import COLOUR, COLOUR_LABELS, COLOUR_NAMES, make_bundle


@pytest.fixture
def shop(tmp_path, monkeypatch, capsys):
    """A red, a green and a blue picture in a catalogue whose model tells colours."""
    make_bundle(tmp_path / "bundle", labels=COLOUR_LABELS, spec=COLOUR, colours=COLOUR_NAMES)
    monkeypatch.setenv("LOOKALIKE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LOOKALIKE_BUNDLE", str(tmp_path / "bundle"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in").mkdir()
    for name, colour in (("red", (200, 0, 0)), ("green", (0, 200, 0)), ("blue", (0, 0, 200))):
        (tmp_path / "in" / f"{name}.png").write_bytes(plain_picture(colour))
    assert run(["import", "in"]) == 0
    capsys.readouterr()
    return tmp_path


def test_a_search_says_the_colour_and_narrows_by_it(shop, capsys):
    code = run(["search", "in/red.png", "--colour", "blue", "--colour", "GREEN", "--json"])

    told = json.loads(capsys.readouterr().out)
    assert code == 0
    assert told["colour"]["name"] == "red"
    assert {hit["sku"]: hit["colour"] for hit in told["hits"]} == {"blue": "blue", "green": "green"}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--colour", "pink"], "must be one of black, red, green, blue; got 'pink'"),
        (["--weight", "look"], "the model tiny weighs nothing: leave it out"),
    ],
)
def test_what_the_model_does_not_have_is_one_line(shop, capsys, options, said):
    code = run(["search", "in/red.png", *options])

    assert code == 1
    assert capsys.readouterr().err.splitlines() == [f"lookalike: {options[0][2:]}: {said}"]


def test_an_export_with_colours_comes_back(shop, capsys):
    assert run(["export", "all.csv"]) == 0
    with (shop / "all.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {row["sku"]: row for row in csv.DictReader(file)}

    code = run(["import", "all.csv"])

    assert {sku: row["colour"] for sku, row in rows.items()} == {
        sku: sku for sku in ("red", "green", "blue")
    }
    assert all(0.9 < float(row["colour_confidence"]) <= 1 for row in rows.values())
    assert code == 0
    assert "3 unchanged, 0 refused" in capsys.readouterr().out
