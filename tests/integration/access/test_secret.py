"""The secret that forms are signed by: one a home, drawn once, and for its owner alone."""

import multiprocessing
import os
from pathlib import Path

import pytest

from service.access.secret import FILE_NAME, Secret
from service.errors import NotReady
from tests.waiting import PATIENCE_S

AT_ONCE = 4


def draw(home: Path, begin, found) -> None:
    begin.wait()
    found.put(Secret(home).value)


def test_it_is_drawn_once_and_is_for_its_owner_alone(tmp_path):
    first, again = Secret(tmp_path / "home").value, Secret(tmp_path / "home").value

    assert first == again
    assert len(first) == 32
    assert (tmp_path / "home" / FILE_NAME).stat().st_mode & 0o777 == 0o600
    assert os.listdir(tmp_path / "home") == [FILE_NAME]


def test_two_homes_have_two(tmp_path):
    assert Secret(tmp_path / "one").value != Secret(tmp_path / "other").value


def test_of_processes_that_draw_it_at_once_all_have_the_same(tmp_path):
    spawned = multiprocessing.get_context("fork")
    begin, found = spawned.Barrier(AT_ONCE), spawned.Queue()
    processes = [
        spawned.Process(target=draw, args=(tmp_path / "home", begin, found)) for _ in range(AT_ONCE)
    ]
    for each in processes:
        each.start()

    drawn = {found.get(timeout=PATIENCE_S) for _ in range(AT_ONCE)}

    for each in processes:
        each.join()
    assert len(drawn) == 1
    assert os.listdir(tmp_path / "home") == [FILE_NAME]


def test_a_torn_one_is_told_and_not_used(tmp_path):
    (tmp_path / FILE_NAME).write_bytes(b"short")

    with pytest.raises(NotReady, match="has 5 bytes, and a secret of ours 32: delete it"):
        _ = Secret(tmp_path).value


def test_a_home_that_is_none_is_told(tmp_path):
    (tmp_path / "home").write_text("a file where the folder should be")

    with pytest.raises(NotReady, match="home/secret cannot be read"):
        _ = Secret(tmp_path / "home").value
