"""Files that come to be whole: beside their place, then in it, and in the place of files only."""

import os
import time

import pytest

from service.errors import BadOutput
from service.outputs import place_of, written_beside


def write(path, data=b"new"):
    with written_beside(path) as beside:
        beside.write_bytes(data)


def test_a_file_is_as_it_was_until_it_is_whole(tmp_path):
    path = tmp_path / "out"
    path.write_bytes(b"old")

    with pytest.raises(ZeroDivisionError), written_beside(path) as beside:
        _fail_after(beside.write_bytes(b"half"))

    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]
    write(path)
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


def _fail_after(_written):
    raise ZeroDivisionError


@pytest.mark.parametrize(
    "kind", ["folder", "pipe", "socket", "link to a device", "links in a circle"]
)
def test_nothing_but_a_file_is_replaced(tmp_path, kind):
    path = tmp_path / "out"
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "socket":
        os.mknod(path, 0o140600)
    else:
        path.symlink_to("/dev/null" if kind == "link to a device" else path)
    before = os.lstat(path)

    with pytest.raises(BadOutput, match=r"a folder, a device or a pipe|cannot be written"):
        write(path)

    assert os.lstat(path).st_ino == before.st_ino
    assert list(tmp_path.iterdir()) == [path]


def test_a_device_is_no_place_for_a_file(tmp_path):
    with pytest.raises(BadOutput, match="'/dev/null' is a folder, a device or a pipe"):
        place_of(tmp_path / ".." / ".." / "/dev/null")


def test_a_link_stays_a_link(tmp_path):
    (tmp_path / "far").mkdir()
    link = tmp_path / "latest"
    link.symlink_to("far/shop.tar")

    write(link)

    assert link.is_symlink()
    assert (tmp_path / "far" / "shop.tar").read_bytes() == b"new"


def test_what_a_killed_one_has_left_goes_and_nothing_else(tmp_path):
    left = [".out.12.part", ".out.34.part", ".out.x.part", ".out.tar.12.part", "out.12.part"]
    old = time.time() - 7200
    for name in left:
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (old, old))
    (tmp_path / ".out.34.part").write_bytes(b"of one at work")

    write(tmp_path / "out")

    assert {each.name for each in tmp_path.iterdir()} == {*left[1:], "out"}


def test_a_folder_that_is_missing_is_named(tmp_path):
    with pytest.raises(BadOutput, match="there is no folder"):
        write(tmp_path / "out" / "products.csv")
