"""A table that is refused is refused in one line, wherever it lies, and its file is let go of."""

import gc
import zipfile

import pytest

from catalog.errors import BadSource
from service.importing.opening import SourceOptions, open_source

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


def test_rows_that_nobody_reads_to_the_end_are_let_go_of(tmp_path):
    (tmp_path / "stock.csv").write_text("sku,title\nA,Dress\nB,Coat\n")

    with open_source(tmp_path / "stock.csv", SourceOptions(), 1000) as source:
        rows = source.rows()
        next(rows)
    del rows, source
    gc.collect()

    assert (tmp_path / "stock.csv").read_text().startswith("sku")
