"""Workbooks that are written beside their name."""

import tempfile

import pytest

from service.tables.workbook_file import writing_workbook

COLUMNS = {"path": str}


def write_one_and_stop(path):
    with writing_workbook(path, COLUMNS, "picture") as workbook:
        workbook.write({"path": "a.png"})
        raise KeyboardInterrupt


def test_a_workbook_that_is_broken_off_leaves_nothing(tmp_path, monkeypatch):
    beside = tmp_path / "beside"
    beside.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(beside))

    with pytest.raises(KeyboardInterrupt):
        write_one_and_stop(tmp_path / "tags.xlsx")

    assert list(tmp_path.rglob("*")) == [beside]
