"""The console script's exit codes and messages; it starts without Keras."""

import subprocess
import sys

import pytest

from embeddings.datasets import clothing_photos_fetch
from embeddings.datasets.clothing_photos import FOLDER_SETTING
from embeddings.datasets.product_photos import FOLDER_SETTING as PRODUCT_FOLDER_SETTING
from tests.clothing import files, publication, write_folder
from tests.products import collection
from training.cli import run

COMMANDS = (
    "fetch",
    "fetch clothing-photos",
    "fetch product-photos",
    "explore",
    "fit",
    "evaluate",
    "export",
    "reproduce",
)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_shows_an_example(command, capsys):
    code = run([*command.split(), "--help"])

    assert code == 0
    lines = capsys.readouterr().out.splitlines()
    assert "  Example:" in lines
    assert any(line.startswith(f"    lookalike-train {command} ") for line in lines)


def test_a_commands_former_name_is_still_understood(capsys):
    code = run(["fetch", "negatives", "--help"])

    assert code == 0
    assert "lookalike-train fetch other-things" in capsys.readouterr().out


def test_help_needs_no_keras():
    script = (
        "import sys; from training.cli import run; code = run(['fit', '--help']); "
        "sys.exit(code or len({'keras', 'tensorflow', 'matplotlib'} & sys.modules.keys()))"
    )

    done = subprocess.run([sys.executable, "-c", script], check=False, capture_output=True)

    assert done.returncode == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ["fit"],
        ["fit", "--output", "x", "--epochs", "0"],
        ["fit", "--output", "x", "--network", "huge"],
        ["evaluate", "/no/such/folder"],
        ["reproduce", "imagenet"],
        ["fetch", "imagenet"],
        ["sew"],
    ],
)
def test_wrong_usage_exits_2(arguments, capsys):
    code = run(arguments)

    assert code == 2
    assert "Error:" in capsys.readouterr().err


def test_a_failure_exits_1_with_one_line(tmp_path, capsys):
    pytest.importorskip("keras", reason="needs Keras: pip install .[train]")

    code = run(["evaluate", str(tmp_path)])

    assert code == 1
    [line] = capsys.readouterr().err.strip().splitlines()
    assert line.startswith("lookalike-train: ")
    assert "neither a run (config.json) nor a bundle" in line


@pytest.fixture
def photos(tmp_path, monkeypatch):
    """A copy of a small data set to fetch from, and the folder to fetch it into."""
    known = publication(120)
    monkeypatch.setattr(clothing_photos_fetch, "Publication", lambda: known)
    monkeypatch.setenv(FOLDER_SETTING, str(tmp_path / "cache"))
    return write_folder(tmp_path / "copy", files(120)), tmp_path / "cache"


def test_photos_are_taken_from_a_copy_once(photos, capsys):
    copy, cache = photos

    codes = [run(["fetch", "clothing-photos", "--from", str(copy)]) for _ in range(2)]

    assert codes == [0, 0]
    assert capsys.readouterr().out == (
        f"120 clothing photos are now in {cache}\n"
        f"120 clothing photos are in {cache}: nothing to do\n"
    )


def test_a_photo_that_is_left_out_is_told(photos, capsys):
    copy, _ = photos
    photo = min((copy / "images").iterdir())
    photo.write_bytes(b"no picture")

    assert run(["fetch", "clothing-photos", "--from", str(copy)]) == 0

    out, err = capsys.readouterr()
    assert "119 clothing photos" in out
    assert f"left out {photo.stem}: " in err


def test_photos_that_cannot_be_fetched_are_one_line_that_says_what_to_do(photos, capsys):
    code = run(["fetch", "clothing-photos"])  # nothing listens at the address

    [line] = capsys.readouterr().err.strip().splitlines()
    assert code == 1
    assert "--from ARCHIVE_OR_FOLDER" in line


def test_product_photos_are_taken_from_a_copy_once(tmp_path, monkeypatch, capsys):
    copy, cache = write_folder(tmp_path / "copy", collection(120)), tmp_path / "cache"
    monkeypatch.setenv(PRODUCT_FOLDER_SETTING, str(cache))

    codes = [run(["fetch", "product-photos", "--from", str(copy)]) for _ in range(2)]

    assert codes == [0, 0]
    assert capsys.readouterr().out == (
        f"120 product photos are now in {cache}\n120 product photos are in {cache}: nothing to do\n"
    )


def test_without_a_copy_one_line_says_where_product_photos_are_published(
    tmp_path, monkeypatch, capsys
):
    monkeypatch.setenv(PRODUCT_FOLDER_SETTING, str(tmp_path / "cache"))

    code = run(["fetch", "product-photos"])

    [line] = capsys.readouterr().err.strip().splitlines()
    assert code == 1
    assert "published at https://" in line
    assert "--from ARCHIVE_OR_FOLDER" in line


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--url", "http://127.0.0.1/a.zip"], "starts with https://"),
        (["--url", "https://127.0.0.1/a.zip", "--sha256", "abc"], "64 hexadecimal digits"),
        (["--url", "https://127.0.0.1/a.zip", "--from", "a.zip"], "give one of them"),
        (["--from", "a.zip", "--sha256", "0" * 64], "give both"),
    ],
)
def test_options_of_product_photos_that_cannot_be_exit_2(arguments, reason, capsys):
    code = run(["fetch", "product-photos", *arguments])

    assert code == 2
    assert reason in " ".join(capsys.readouterr().err.split())
