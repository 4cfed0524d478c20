import hashlib
import json
import os
import time
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from embeddings.errors import StaleSnapshot
from embeddings.indexes.flat import FlatIndex
from embeddings.indexes.kinds import ExactIndexes
from embeddings.search.snapshot import SnapshotHeader, load_snapshot, save_snapshot

HEADER = SnapshotHeader(fingerprint="f" * 64, catalogue="shop", change=17, mark=-5, count=3)
AXES = np.eye(4, dtype=np.float32)


@pytest.fixture
def index():
    index = FlatIndex(4)
    index.upsert(np.array([30, 10, 20]), AXES[:3])
    return index


def load(path, **changed):
    told: dict[str, Any] = {"fingerprint": HEADER.fingerprint, "catalogue": HEADER.catalogue}
    told |= {"dim": 4} | changed
    return load_snapshot(path, ExactIndexes(), **told)


def test_what_is_saved_is_loaded(index, tmp_path):
    save_snapshot(tmp_path / "index.snapshot", index, HEADER)

    loaded, header = load(tmp_path / "index.snapshot")

    assert header == HEADER
    assert loaded.ids().tolist() == [10, 20, 30]
    assert (loaded.vectors(np.array([30, 10, 20])) == AXES[:3]).all()


def test_an_empty_index_can_be_kept(tmp_path):
    header = replace(HEADER, change=0, mark=0, count=0)
    save_snapshot(tmp_path / "index.snapshot", FlatIndex(4), header)

    loaded, read = load(tmp_path / "index.snapshot")

    assert (len(loaded), read) == (0, header)


def test_a_newer_snapshot_takes_the_place_of_the_older(index, tmp_path):
    path = tmp_path / "deep" / "index.snapshot"
    save_snapshot(path, index, HEADER)
    index.remove(np.array([20]))
    newer = replace(HEADER, change=18, mark=7, count=2)

    save_snapshot(path, index, newer)

    assert load(path)[1] == newer
    assert [each.name for each in path.parent.iterdir()] == ["index.snapshot"]


def test_a_missing_snapshot_is_stale(tmp_path):
    with pytest.raises(StaleSnapshot, match="cannot be read"):
        load(tmp_path / "index.snapshot")


@pytest.mark.parametrize("other", [{"fingerprint": "0" * 64}, {"catalogue": "other"}, {"dim": 8}])
def test_a_snapshot_of_something_else_is_stale(index, tmp_path, other):
    save_snapshot(tmp_path / "index.snapshot", index, HEADER)

    with pytest.raises(StaleSnapshot):
        load(tmp_path / "index.snapshot", **other)


def test_a_snapshot_torn_anywhere_is_stale(index, tmp_path):
    path = tmp_path / "index.snapshot"
    save_snapshot(path, index, HEADER)
    whole = path.read_bytes()

    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        with pytest.raises(StaleSnapshot):
            load(path)


def test_a_snapshot_with_any_byte_changed_or_added_is_stale(index, tmp_path):
    path = tmp_path / "index.snapshot"
    save_snapshot(path, index, HEADER)
    whole = path.read_bytes()

    for at in range(len(whole)):
        changed = bytearray(whole)
        changed[at] ^= 1 << (at % 8)
        path.write_bytes(changed)
        with pytest.raises(StaleSnapshot):
            load(path)
    path.write_bytes(whole + b"\0")
    with pytest.raises(StaleSnapshot):
        load(path)


@pytest.mark.parametrize("told", [{"change": 17}, [1], {"fingerprint": "f", "new": 1}])
def test_a_header_of_another_version_is_stale(tmp_path, told):
    text = json.dumps(told).encode()
    body = b"LKSNAP1\n" + len(text).to_bytes(8, "little") + text
    (tmp_path / "index.snapshot").write_bytes(body + hashlib.sha256(body).digest())

    with pytest.raises(StaleSnapshot):
        load(tmp_path / "index.snapshot")


def test_a_header_that_counts_wrongly_is_refused(index, tmp_path):
    wrong = replace(HEADER, count=4)

    with pytest.raises(ValueError, match="4, not 3"):
        save_snapshot(tmp_path / "index.snapshot", index, wrong)

    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_process_left_is_swept_once_it_is_old(index, tmp_path):
    old, young = tmp_path / "index.snapshot.1.tmp", tmp_path / "index.snapshot.2.tmp"
    old.write_bytes(b"half")
    young.write_bytes(b"half")
    os.utime(old, (time.time() - 7200, time.time() - 7200))

    save_snapshot(tmp_path / "index.snapshot", index, HEADER)

    assert sorted(each.name for each in tmp_path.iterdir()) == [
        "index.snapshot",
        "index.snapshot.2.tmp",
    ]


def test_what_may_never_end_is_not_read(index, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "device").symlink_to("/dev/zero")
    (tmp_path / "folder").mkdir()
    for name in ("pipe", "device", "folder"):
        with pytest.raises(StaleSnapshot):
            load(tmp_path / name)


def test_a_link_to_a_snapshot_is_followed(index, tmp_path):
    save_snapshot(tmp_path / "index.snapshot", index, HEADER)
    (tmp_path / "link").symlink_to("index.snapshot")

    assert load(tmp_path / "link")[1] == HEADER
