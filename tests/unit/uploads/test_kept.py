"""What becomes of files that were sent: found again, changed, removed, forgotten."""

import os
import time

import pytest

from service.errors import ServerBusy, UnknownUpload
from service.uploads.kept import Uploads


@pytest.fixture
def uploads(tmp_path):
    return Uploads(tmp_path / "home", max_bytes=2**20)


def keep(uploads, name="a.csv", purpose="import"):
    token, folder = uploads.begin(3)
    (folder / name).write_bytes(b"sku")
    return uploads.keep(token, name, purpose=purpose, by="anna")


def age(path, seconds):
    at = time.time() - seconds
    os.utime(path, (at, at))


def test_files_that_wait_are_listed_by_purpose_the_latest_first(uploads):
    first, _, last = keep(uploads), keep(uploads, purpose="tag"), keep(uploads, "b.csv")

    waiting = uploads.every("import")

    assert waiting == [last, first]


def test_how_a_file_is_to_be_read_is_remembered_by_every_process(uploads, tmp_path):
    upload = keep(uploads)

    uploads.set_options(upload.token, {"map": ["Artikel=sku"]})

    found = Uploads(tmp_path / "home", 2**20).get(upload.token)
    assert found.options == {"map": ["Artikel=sku"]}
    assert found.sent_by == "anna"


@pytest.mark.parametrize("token", ["", "..", "../../etc", "x" * 22, "a" * 21, "é" * 22])
def test_what_is_no_token_finds_nothing(uploads, token):
    keep(uploads)

    with pytest.raises(UnknownUpload):
        uploads.get(token)
    uploads.remove(token)

    assert len(uploads.every("import")) == 1


def test_a_file_that_never_came_whole_is_none_and_goes_after_an_hour(uploads):
    token, folder = uploads.begin(3)
    (folder / ".first").write_bytes(b"sk")
    for path in (folder / ".first", folder):
        age(path, 3500)

    uploads.sweep()
    there = folder.exists()
    for path in (folder / ".first", folder):
        age(path, 3700)
    uploads.sweep()

    assert there
    assert not folder.exists()
    with pytest.raises(UnknownUpload):
        uploads.get(token)


def test_a_file_that_nobody_deals_with_goes_after_a_day(uploads):
    old, new = keep(uploads), keep(uploads)
    age(uploads.folder / f"{old.token}.json", 24 * 3600 + 60)

    uploads.sweep()

    assert uploads.every("import") == [new]
    assert not old.path.parent.exists()


def test_so_many_files_wait_and_no_more(uploads):
    for _ in range(50):
        keep(uploads)

    with pytest.raises(ServerBusy, match="50 files wait"):
        uploads.begin(3)


def test_what_is_known_of_a_file_may_be_damaged(uploads):
    upload = keep(uploads)
    (uploads.folder / f"{upload.token}.json").write_text("{")

    with pytest.raises(UnknownUpload):
        uploads.get(upload.token)
    assert uploads.every("import") == []
