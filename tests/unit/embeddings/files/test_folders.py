"""Folders are listed as a person sees them, and files found by names that look the same."""

import os
import subprocess
import unicodedata
from pathlib import Path

import pytest

from embeddings.files.folders import FileFinder, walk

MACS = unicodedata.normalize("NFD", "Größe")


def touch(folder, *names):
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    return folder


def listed(root, **options):
    told = {}
    return list(walk(root, told.__setitem__, **options)), told


def test_files_come_before_folders_and_both_in_order(tmp_path):
    touch(tmp_path, "b.jpg", "a/2.jpg", "a/1.jpg", "a/in/0.jpg", "c/3.jpg")

    names, told = listed(tmp_path)

    assert names == ["b.jpg", "a/1.jpg", "a/2.jpg", "a/in/0.jpg", "c/3.jpg"]
    assert told == {}


@pytest.mark.parametrize(
    "name",
    [
        *("@eaDir/a.jpg/SYNOPHOTO_THUMB_M.jpg", "#recycle/a.jpg", "#snapshot/a.jpg"),
        *("@Recycle/a.jpg", "@__thumb/s800a.jpg", ".@__thumb/a.jpg", "@Recently-Snapshot/a.jpg"),
        *("$RECYCLE.BIN/$R12.jpg", "System Volume Information/a.jpg", "lost+found/a.jpg"),
        *(".AppleDouble/a.jpg", "._a.jpg", "__MACOSX/._a.jpg", ".Trash-1000/files/a.jpg"),
        *(".git/a.jpg", "Thumbs.db", "Thumbs.db:encryptable", "desktop.ini", ".DS_Store"),
        *("~$stock.xlsx", "deep/in/@EADIR/a.jpg", ".hidden.jpg", "Network Trash Folder/a.jpg"),
        *("~snapshot/daily/a.jpg", "RECYCLER/a.jpg", "a.jpg/SYNOPHOTO_THUMB_XL.jpg"),
    ],
)
def test_what_a_drive_or_a_program_keeps_is_left_out_without_a_word(tmp_path, name):
    touch(tmp_path, "good.jpg", name)

    assert listed(tmp_path) == (["good.jpg"], {})


@pytest.mark.parametrize("name", ["#sale/a.jpg", "@home.jpg", "recycled jeans/a.jpg", "thumbs.jpg"])
def test_a_shops_own_names_are_no_clutter(tmp_path, name):
    assert listed(touch(tmp_path, name))[0] == [name]


def test_a_shops_home_is_told_of_and_left_out(tmp_path):
    touch(tmp_path, "a.jpg", "var/catalog.sqlite3", "var/photos/0a/0a1b.jpg", "new/photos/b.jpg")

    names, told = listed(tmp_path, but=[tmp_path / "new"])

    assert names == ["a.jpg"]
    assert told == {"new/": "a shop's own pictures", "var/": "a shop's own pictures"}


def test_links_pipes_and_loops_are_told_of_and_never_waited_for(tmp_path):
    touch(tmp_path, "a.jpg", "in/b.jpg")
    (tmp_path / "again").symlink_to(tmp_path)
    (tmp_path / "link.jpg").symlink_to("in/b.jpg")
    (tmp_path / "x.jpg").symlink_to("y.jpg")
    (tmp_path / "y.jpg").symlink_to("x.jpg")
    (tmp_path / "null.jpg").symlink_to("/dev/null")
    os.mkfifo(tmp_path / "pipe.jpg")

    names, told = listed(tmp_path)

    assert names == ["a.jpg", "link.jpg", "in/b.jpg"]
    assert told == {
        "again": "a link to a folder, which is not followed",
        "null.jpg": "a link that leads to no file",
        "pipe.jpg": "neither a file nor a folder",
        "x.jpg": "a link that leads to no file",
        "y.jpg": "a link that leads to no file",
    }


def test_a_folder_that_cannot_be_read_is_told_of(tmp_path):
    touch(tmp_path, "a.jpg", "gone/b.jpg")
    names = walk(tmp_path, lambda name, why: told.append((name, why)))
    told = []

    first = next(names)
    (tmp_path / "gone" / "b.jpg").unlink()
    (tmp_path / "gone").rmdir()  # root may read every folder, but none that is not there

    assert (first, list(names)) == ("a.jpg", [])
    assert told == [("gone/", "a folder that cannot be read: No such file or directory")]


@pytest.fixture
def deep(tmp_path):
    """A file below more folders than Python may call functions; pytest could not remove it."""
    path = str(tmp_path / "deep")
    for _ in range(1200):
        os.mkdir(path)
        path += "/d"
    Path(path).write_bytes(b"x")
    yield tmp_path / "deep"
    subprocess.run(["rm", "-r", tmp_path / "deep"], check=True)


def test_folders_in_folders_end_no_walk(deep):
    names, told = listed(deep)

    assert ([len(name) for name in names], told) == ([2 * 1199 + 1], {})


@pytest.mark.parametrize(
    "asked", ["d-100.jpg", "D-100.jpg", "./D-100.JPG", "D-100.JPG", "d\u2011100.jpg"]
)
def test_a_file_is_found_in_whatever_case(tmp_path, asked):
    touch(tmp_path, "D-100.JPG", "d-101.jpg")

    assert [path.name for path in FileFinder(tmp_path).find(asked)] == ["D-100.JPG"]


def test_a_file_is_found_composed_or_not_and_so_are_its_folders(tmp_path):
    touch(tmp_path, f"{MACS}/{MACS}.jpg", "Röcke/b.jpg")
    find = FileFinder(tmp_path).find

    assert [path.name for path in find("Größe/GRÖSSE.jpg")] == [f"{MACS}.jpg"]
    assert [path.name for path in find(unicodedata.normalize("NFD", "röcke/b.jpg"))] == ["b.jpg"]


def test_a_name_that_is_there_is_meant_and_no_other(tmp_path):
    touch(tmp_path, "a.jpg", "A.jpg", "B.jpg", "b.JPG", "B.JPG")
    find = FileFinder(tmp_path).find

    assert [path.name for path in find("a.jpg")] == ["a.jpg"]
    assert [path.name for path in find("b.jpg")] == ["B.JPG", "B.jpg", "b.JPG"]
    assert find("c.jpg") == []
    assert find("a.jpg/b.jpg") == []
