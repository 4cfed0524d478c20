"""The file of refused rows takes the place of no file but another such."""

import csv

import pytest

from embeddings.tables import shown
from service.cli.errors_file import check_errors_file
from service.errors import BadOutput
from service.importing.report import RowError, write_errors

REFUSED = [RowError(2, "A", "no title", {"sku": "A", "title": ""})]


@pytest.fixture
def stock(tmp_path):
    path = tmp_path / "shop" / "stock.csv"
    path.parent.mkdir()
    path.write_text("sku,title,photo\nA,,a.jpg\n", encoding="utf-8")
    return path


def test_the_source_is_not_replaced_by_what_it_lacks(stock):
    link = stock.parent.parent / "link.csv"
    link.symlink_to(stock)
    rows = stock.parent / "to-mend.csv"
    write_errors(REFUSED, rows)

    for path, source in ((stock, stock), (link, stock), (rows, rows)):
        with pytest.raises(BadOutput, match="is what is imported"):
            check_errors_file(path, source)


@pytest.mark.parametrize(
    "content", [b"sku,title\nA,Dress\n", b"\xff\xd8\xff\xe0 a picture", b"line one of a letter"]
)
def test_a_file_of_something_else_is_not_replaced(stock, content):
    other = stock.parent / "other.csv"
    other.write_bytes(content)

    with pytest.raises(BadOutput, match="holds no refused rows"):
        check_errors_file(other, stock)

    assert other.read_bytes() == content


@pytest.mark.parametrize("name", ["=1+1|cmd", "@sum(a1)", "+1", "-1", "\uff1d1", "'=1"])
def test_no_name_of_a_column_is_a_formula_and_each_is_read_as_it_was(stock, name):
    path = stock.parent / "to-mend.csv"

    write_errors([RowError(2, "A", "no title", {"sku": "A", name: "x"})], path)

    [header, _] = csv.reader(path.read_text(encoding="utf-8-sig").splitlines())
    assert header == ["line", "reason", "sku", f"'{name}"]
    assert shown(header[3]) == name


def test_a_folder_gets_no_table_that_would_be_its_own_the_next_time(stock):
    inside = stock.parent / "deep" / "to-mend.csv"
    inside.parent.mkdir()

    with pytest.raises(BadOutput, match="whose table it would be"):
        check_errors_file(inside, stock.parent)


def test_a_folder_that_is_not_there_is_told_before_anything_is_imported(stock):
    with pytest.raises(BadOutput, match="there is no folder"):
        check_errors_file(stock.parent / "none" / "to-mend.csv", stock)


@pytest.mark.parametrize(
    "content",
    [b"", b"line,reason,sku\r\n", b"\xef\xbb\xbfline;reason;sku\n", b'"line","reason","sku"\n'],
)
def test_refused_rows_of_before_are_replaced_however_they_were_saved(stock, content):
    rows = stock.parent / "to-mend.csv"
    rows.write_bytes(content)

    check_errors_file(rows, stock)
    check_errors_file(stock.parent / "new.csv", stock)


def test_what_an_import_writes_may_be_replaced_by_the_next(stock):
    rows = stock.parent / "to-mend.csv"
    write_errors(REFUSED, rows)

    check_errors_file(rows, stock)
