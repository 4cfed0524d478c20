"""A table that is refused is refused in one line, wherever it lies, and its file is let go of."""

import gc
import io
import re
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.errors import BadSource
from service.importing.cells import rows_of
from service.importing.opening import SourceOptions, open_source
from service.importing.report import write_errors
from service.importing.row import Row
from service.importing.table import TableRow, read_table

# An error in a generator that nobody waits for any more is a warning, and warnings are errors.
BAD = {
    "name.csv": b"title,photo\nDress,a.png\n",
    "german.csv": "Größe;Titel\n34;Kleid\n".encode("cp1252"),
    "wide.csv": "titel\n".encode("utf-16"),
}


@pytest.fixture
def refused():
    """Give a function that says why a source is refused, once everything is let go of."""

    def why(path):
        with (
            pytest.raises(BadSource) as told,
            open_source(path, SourceOptions(), 1000) as source,
        ):
            list(source.rows())
        message = str(told.value)
        del told
        gc.collect()
        return message

    return why


@pytest.mark.parametrize("name", BAD)
def test_in_a_file_of_its_own(tmp_path, refused, name):
    (tmp_path / name).write_bytes(BAD[name])

    assert refused(tmp_path / name).startswith(f"{name} ")


@pytest.mark.parametrize("name", BAD)
def test_in_a_zip(tmp_path, refused, name):
    with zipfile.ZipFile(tmp_path / "stock.zip", "w") as archive:
        archive.writestr(f"in/{name}", BAD[name])

    assert refused(tmp_path / "stock.zip").startswith(f"stock.zip/in/{name} ")


def test_a_workbook_that_is_not_whole_is_told_how_to_become_one(tmp_path, refused):
    with zipfile.ZipFile(tmp_path / "stock.xlsx", "w") as workbook:
        workbook.writestr("[Content_Types].xml", "<Types/>")

    assert "is no whole workbook: save it anew" in refused(tmp_path / "stock.xlsx")


def test_an_encoding_that_there_is_not_is_told(tmp_path):
    (tmp_path / "stock.csv").write_text("sku,title\nA,Dress\n")

    for encoding in ("nope", "zip", "rot13", "idna", "undefined", "a\0b", "\udcff", ""):
        with (
            pytest.raises(BadSource, match=re.escape(f"no encoding '{encoding}' of tables")),
            open_source(tmp_path / "stock.csv", SourceOptions(encoding=encoding), 1000),
        ):
            pass


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=200), columns=st.sampled_from([b"sku,title", b"sku;\xf6\xdf;stock"]))
def test_rows_of_any_bytes_that_are_refused_are_written_and_read_again(tmp_path, data, columns):
    rows = list(rows_of(read_table(io.BytesIO(columns + b"\n" + data), "stock.csv")))
    errors = [row.error("refused") for row in rows if isinstance(row, Row)]

    write_errors(errors, tmp_path / "errors.csv")

    with (tmp_path / "errors.csv").open("rb") as file:
        again = [row for row in read_table(file, "errors.csv") if isinstance(row, TableRow)]
    assert [row.fault for row in again] == [None] * len(errors)


def test_rows_that_nobody_reads_to_the_end_are_let_go_of(tmp_path):
    (tmp_path / "stock.csv").write_text("sku,title\nA,Dress\nB,Coat\n")

    with open_source(tmp_path / "stock.csv", SourceOptions(), 1000) as source:
        rows = source.rows()
        next(rows)
    del rows, source
    gc.collect()

    assert (tmp_path / "stock.csv").read_text().startswith("sku")
