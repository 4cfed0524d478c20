import struct
import zlib

import pytest

from training.errors import BadData
from training.others.qt_resources import read_rcc

FOLDER, COMPRESSED, ZSTD = 2, 1, 4


def name_of(text):
    return struct.pack(">HI", len(text), 0) + text.encode("utf-16-be")


def resource(files):
    """Make a resource with one folder `a` that holds `files`: name, flags, stored bytes."""
    texts = ["", "a", *(name for name, _, _ in files)]
    names, name_at = b"", []
    for text in texts:
        name_at.append(len(names))
        names += name_of(text)
    data, data_at = b"", []
    for _, _, content in files:
        data_at.append(len(data))
        data += struct.pack(">I", len(content)) + content
    tree = struct.pack(">IHIIQ", name_at[0], FOLDER, 1, 1, 0)
    tree += struct.pack(">IHIIQ", name_at[1], FOLDER, len(files), 2, 0)
    for index, (_, flags, _) in enumerate(files):
        tree += struct.pack(">IHHHIQ", name_at[2 + index], flags, 0, 0, data_at[index], 0)
    head = 20
    places = (head, head + len(tree), head + len(tree) + len(data))
    return struct.pack(">4s4I", b"qres", 2, *places) + tree + data + names


def test_files_come_with_their_paths_and_their_bytes():
    packed = struct.pack(">I", 5) + zlib.compress(b"green")
    made = resource([("one.png", 0, b"red"), ("two.png", COMPRESSED, packed)])

    assert list(read_rcc(made)) == [("a/one.png", b"red"), ("a/two.png", b"green")]


def test_a_file_packed_with_zstandard_is_passed_over():
    made = resource([("one.qml", ZSTD, b"?"), ("two.png", 0, b"red")])

    assert list(read_rcc(made)) == [("a/two.png", b"red")]


@pytest.mark.parametrize("end", [3, 19, 40, 80, 130])
def test_a_resource_cut_short_is_refused(end):
    made = resource([("one.png", 0, b"red" * 20)])

    with pytest.raises(BadData):
        list(read_rcc(made[:end]))


def test_something_else_is_refused():
    with pytest.raises(BadData, match="begins with 'qres'"):
        list(read_rcc(b"PK\x03\x04" + bytes(40)))


def test_a_folder_that_holds_itself_ends():
    name = name_of("")
    tree = struct.pack(">IHIIQ", 0, FOLDER, 1, 0, 0)
    made = struct.pack(">4s4I", b"qres", 2, 20, 20, 20 + len(tree)) + tree + name

    with pytest.raises(BadData, match="at most"):
        list(read_rcc(made))
