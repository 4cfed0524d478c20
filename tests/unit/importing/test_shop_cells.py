"""Cells as shops and their spreadsheets write them: read where they mean one thing, else told."""

import io
import re
import zipfile
from urllib.parse import quote

import pytest

from catalog.errors import BadRow
from embeddings.tables.photo_cells import photo_names
from service.importing.cells import rows_of
from service.importing.elsewhere import PictureElsewhere, is_address, not_fetched
from service.importing.opening import SourceOptions, open_source
from service.importing.ruined import unruined
from service.importing.table import read_table

PHOTOS = {"m/b/mb01.jpg": b"1", "m/b/mb02.jpg": b"2", "c d.jpg": b"3", "50%.jpg": b"4"}


def row_of(header, cells):
    data = f"{header}\n{cells}\n".encode()
    [row] = rows_of(read_table(io.BytesIO(data), "stock.csv"))
    return row


@pytest.mark.parametrize(
    "sku",
    [
        *["1.23457E+12", "1,23457E+12", "4E+05", "-1.5e-07", "#N/A", "#NV", "#REF!", "#NAME?"],
        *["#BEZUG!", "#¿NOMBRE?", "#DIV/0!", "#ÜBERLAUF!", "Err:502", "##", "########"],
        *["nan", "NaN", "None", "NULL", "null", "undefined", '="00123"'],
    ],
)
def test_a_sku_that_a_spreadsheet_has_ruined_is_refused_with_the_reason(sku):
    with pytest.raises(BadRow, match="the sku") as told:
        unruined(sku)

    assert sku in str(told.value)


@pytest.mark.parametrize(
    "sku", ["1E5", "E+12", "MAR-04", "#12", "#A", "Nan", "none-1", "=E", "'A", "N/A", "12E", "#1!a"]
)
def test_a_sku_that_only_looks_like_it_stays(sku):
    assert unruined(sku) == sku


@pytest.mark.parametrize("column", ["title", "brand", "size", "shop_colour", "category"])
@pytest.mark.parametrize("cell", ["#N/A", "#REF!", "#NAME?", "########", "Err:502", "nan", "NULL"])
def test_a_word_that_a_program_has_put_there_costs_its_row(column, cell):
    row = row_of(f"sku,{column}", f"A,{cell}")

    assert f"the {column} '{cell}' is" in row.faults[column]


@pytest.mark.parametrize(
    "cell",
    [
        *["01/02/2026", "1.2.2026", "2026-04-03", "2026-04-03 00:00:00", "3-Apr", "03. Apr"],
        *["04. Mrz", "03-avr", "Apr 03", "06-Aug-26", "8/10/2026"],
    ],
)
def test_a_size_that_has_become_a_date_costs_its_row(cell):
    row = row_of("sku,size", f"A,{cell}")

    assert f"a date of the size, '{cell}'" in row.faults["size"]


@pytest.mark.parametrize(
    "size",
    [
        *["3-4", "1/2", "32/34", "80/86/92", "36-38-40", "M", "10.5", "5 1/2", "3 mos"],
        *["2-4 years", "May", "36 mar rouge", "1/2/3", "100x200", "2026", "6-Pack", "12 months"],
    ],
)
def test_a_size_that_is_one_stays(size):
    assert row_of("sku,size", f"A,{size}").facts["size"] == size


@pytest.mark.parametrize("cell", ['"=""00123"""', "'00123", "00123", '="00123"'])
def test_zeros_that_a_program_protects_come_in(cell):
    assert row_of("sku,title", f"{cell},Dress").sku == "00123"


def test_a_ruined_sku_costs_its_row():
    row = row_of("sku,title", "1.23457E+12,Dress")

    assert "has shortened the sku to '1.23457E+12'" in row.faults["sku"]


@pytest.mark.parametrize(
    ("header", "cells", "facts"),
    [
        ("sku,price", "A,€ 24.90", {"price_cents": 2490, "currency": "EUR"}),
        ("sku,price,currency", "A,€ 24.90,", {"price_cents": 2490, "currency": "EUR"}),
        ("sku,price,currency", "A,$24.90,CAD", {"price_cents": 2490, "currency": "CAD"}),
        ("sku,price,currency", "A,24.90,", {"price_cents": 2490, "currency": None}),
        ("sku,price", "A,24.90", {"price_cents": 2490}),
    ],
)
def test_a_currency_in_the_price_is_that_of_the_product(header, cells, facts):
    row = row_of(header, cells)

    assert (row.facts, row.faults) == (facts, {})


@pytest.mark.parametrize(
    ("header", "cells", "reason"),
    [
        ("sku,price,currency", "A,€ 24.90,USD", "the price is in EUR, the currency is USD"),
        ("sku,price", "A,$ 24.90", "may be USD, AUD, BBD and others: name it in the column"),
        ("sku,price,currency", "A,5 kr,", "may be DKK, ISK, NOK and others"),
        ("sku,price,currency", "A,5 kr,EUR", "the price is in DKK or ISK or NOK, the currency"),
    ],
)
def test_a_currency_that_two_cells_do_not_agree_on_is_told(header, cells, reason):
    row = row_of(header, cells)

    assert reason in row.faults["price"]
    assert "price_cents" not in row.facts


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("a.jpg|b.jpg", ["a.jpg", "b.jpg"]),
        (" a.jpg | a.jpg | ", ["a.jpg"]),
        ("a.jpg, b.JPEG", ["a.jpg", "b.JPEG"]),
        ("a.jpg;b.png?v=2,c.webp", ["a.jpg", "b.png?v=2", "c.webp"]),
        ("red, long.jpg", ["red, long.jpg"]),
        ("a.jpg, front", ["a.jpg, front"]),
        ('"a.jpg"', ["a.jpg"]),
        ("", []),
    ],
)
def test_a_cell_names_pictures_with_bars_or_commas_between(cell, names):
    assert photo_names(cell) == names


def test_a_cell_of_a_spreadsheet_names_a_picture_on_each_of_its_lines():
    row = row_of("sku,photo", '"A","a.jpg\r\nb.jpg\n"')

    assert (row.photos, dict(row.faults)) == (("a.jpg", "b.jpg"), {})


ADDRESSES = (
    "//cdn.example/x.jpg",
    "https://x/y/a.jpg",
    "ftp://x/b.jpg",
    "file:///etc/passwd",
    "ab:",
)


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_is_not_fetched_and_told_as_one(address, read):
    assert is_address(address)
    with pytest.raises(PictureElsewhere):
        read(address)
    assert "not fetched from addresses" in not_fetched([address])


@pytest.mark.parametrize("name", ["a.jpg", "C:\\photos\\a.jpg", "/m/b/a.jpg", "a b:c.jpg"])
def test_a_name_of_a_file_is_no_address(name):
    assert not is_address(name)


@pytest.mark.parametrize("step", ["", "?v=17", "#top"])
@pytest.mark.parametrize("before", ["https://cdn.example/s/files/", "//cdn.example/"])
def test_of_an_address_the_file_of_its_name_is_taken(read, before, step):
    name = next(iter(PHOTOS))

    assert read(f"{before}{quote(name)}{step}") == PHOTOS[name]


@pytest.fixture(params=["folder", "zip"])
def read(request, tmp_path):
    """Give a function that reads a picture by its name in a table: beside it, or in its ZIP."""
    files = {"stock.csv": b"sku,title,photo\n", **PHOTOS}
    if request.param == "zip":
        path = tmp_path / "stock.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for name, data in files.items():
                archive.writestr(f"in/{name}", data)
    else:
        path = tmp_path / "stock.csv"
        for name, data in files.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_bytes(data)

    def one(name):
        with open_source(path, SourceOptions(), 1000) as source:
            return source.read(name)

    return one


@pytest.mark.parametrize(
    ("name", "data"),
    [
        *[("/m/b/mb01.jpg", b"1"), ("m%2Fb%2Fmb01.jpg", b"1"), ("m/b/mb01.jpg?v=2", b"1")],
        *[("\\\\m\\b\\mb01.jpg", b"1"), ("m\\b\\MB02.JPG", b"2"), ("/M/B/mb02.jpg?v=1#x", b"2")],
        *[("c%20d.jpg", b"3"), ("c d.jpg", b"3"), ("50%.jpg", b"4"), ("50%25.jpg", b"4")],
    ],
)
def test_a_picture_is_found_as_programs_write_its_name(read, name, data):
    assert read(name) == data


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("/m/b/none.jpg", "outside"),
        ("none.jpg", "is missing"),
        ("m/b/mb01.jpg m/b/mb02.jpg", r"is missing.*; several pictures have \| between them"),
        ("%2e%2e/secret.jpg", "outside"),
        ("..%2Fsecret.jpg?v=1", "outside"),
        ("/../m/b/mb01.jpg", "outside"),
        ("\\..\\secret.jpg", "outside"),
    ],
)
def test_a_name_that_fits_no_picture_is_told(read, name, reason):
    with pytest.raises(BadRow, match=reason):
        read(name)


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("c d", "c d.jpg"),
        ("C D.jpeg", "c d.jpg"),
        ("m/b/mb01", "m/b/mb01.jpg"),
        ("m\\b\\MB01.png", "m/b/mb01.jpg"),
        ("C:\\Users\\Anna\\50%.png", "50%.jpg"),
        ("elsewhere/c d.jpg", "c d.jpg"),
    ],
)
def test_a_file_that_is_nearly_called_so_is_told_and_not_taken(read, name, near):
    with pytest.raises(BadRow, match="is missing") as told:
        read(name)

    assert re.search(rf"; '(in/)?{re.escape(near)}' is there", str(told.value))


@pytest.mark.parametrize("name", ["m/b/mb0", "../c d", "", "mb03.jpg", "C:/"])
def test_no_other_file_is_told(read, name):
    with pytest.raises(BadRow) as told:
        read(name)

    assert "is there" not in str(told.value)


@pytest.mark.parametrize(
    "name", ["mb01.jpg", "MB01.JPG", "mb01.jpg?v=2", r"C:\x\mb01.jpg", r"\\pc\x\y\mb01.jpg"]
)
def test_a_name_without_a_folder_is_the_one_picture_of_that_name_in_another(read, name):
    assert read(name) == b"1"


def test_a_name_without_a_folder_that_pictures_of_two_have_is_refused_with_both(tmp_path):
    path = tmp_path / "stock.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("stock.csv", b"sku,title,photo\n")
        archive.writestr("front/1.jpg", b"1")
        archive.writestr("back/1.jpg", b"2")

    with (
        open_source(path, SourceOptions(), 1000) as source,
        pytest.raises(BadRow, match=r"may be any of 'front/1\.jpg', 'back/1\.jpg'"),
    ):
        source.read("1.jpg")
