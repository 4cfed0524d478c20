"""Feeds as a person at the machine has them."""

import json

from service.cli.entry import run
from tests.tiny_bundle import make_bundle


def test_a_change_says_what_the_feed_is_from_then_on(tmp_path, monkeypatch, capsys):
    make_bundle(tmp_path / "bundle")
    monkeypatch.setenv("LOOKALIKE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LOOKALIKE_BUNDLE", str(tmp_path / "bundle"))
    file = tmp_path / "till.csv"
    file.write_text("sku,title,photo\n")
    assert run(["feed", "add", str(file), "--every", "30m", "--name", "till"]) == 0
    capsys.readouterr()

    code = run(["feed", "change", "till", "--every", "2h", "--name", "shop"])

    assert code == 0
    assert capsys.readouterr().out == f"the feed 'shop' is read every 2h from {file}\n"


def test_how_a_feed_is_read_is_changed_and_shown(tmp_path, monkeypatch, capsys):
    make_bundle(tmp_path / "bundle")
    monkeypatch.setenv("LOOKALIKE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LOOKALIKE_BUNDLE", str(tmp_path / "bundle"))
    file = tmp_path / "till.csv"
    file.write_text("sku,title,photo\n")
    run(["feed", "add", str(file), "--every", "30m", "--currency", "EUR"])

    code = run(["feed", "change", "till", "--currency", "", "--encoding", "cp1252"])
    refused = run(["feed", "change", "till", "--currency", "euro"])
    capsys.readouterr()
    run(["feed", "list", "--json"])

    [told] = json.loads(capsys.readouterr().out)
    assert (code, refused != 0) == (0, True)
    assert (told["options"]["currency"], told["options"]["encoding"]) == (None, "cp1252")
