"""A look at files before they are imported: what they are, their columns, their first products."""

import io
from itertools import count
from zipfile import ZipFile

import openpyxl
import pytest

from service.importing.columns import COLUMNS
from service.importing.looking import look_at, why_not_read
from service.importing.opening import SourceOptions, open_source
from service.importing.raw import Renaming
from service.importing.row import Row
from service.importing.surveying import PATIENCE_S
from tests.pictures import encoded, scene
from tests.shop_files.shopify import shopify

OWN = "Artikelnummer;Bezeichnung;Preis;Lieferant\nA-1;Hemd;19,90;Nord\nA-2;Hose;x;Nord\n"


@pytest.fixture
def file(tmp_path):
    def write(name, data):
        path = tmp_path / name
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return path

    return write


@pytest.fixture
def look(services):
    def look(path, *mapped):
        options = SourceOptions(renaming=Renaming.of(mapped, COLUMNS))
        return look_at(path, options, services=services)

    return look


def test_a_table_of_ours_is_read_as_it_stands(file, look):
    looked = look(file("stock.csv", "sku,title,price\nA-1,Shirt,9.90 EUR\nA-2,Coat,dear\n"))

    assert looked.fault is None
    assert looked.count == 2
    assert [(row.sku, row.facts.get("title")) for row, _ in looked.survey.first] == [
        ("A-1", "Shirt"),
        ("A-2", "Coat"),
    ]
    assert list(looked.survey.first[1][0].faults) == ["price"]
    assert looked.columns.has_skus
    first = looked.columns.columns[0]
    assert (first.theirs, first.samples) == ("sku", ("A-1", "A-2"))


def test_nobody_is_told_where_a_damaged_file_lies(file, look, services, tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["sku", "title"])
    saved = io.BytesIO()
    book.save(saved)
    spoilt = io.BytesIO()
    with ZipFile(saved) as whole, ZipFile(spoilt, "w") as broken:
        for name in whole.namelist():
            is_sheet = name.startswith("xl/worksheets/")
            broken.writestr(
                name, b"<!DOCTYPE x [<!ENTITY a 'b'>]><x/>" * is_sheet or whole.read(name)
            )
    path = file("stock.xlsx", spoilt.getvalue())

    fault = look(path).fault
    reason = why_not_read(path, SourceOptions(), services=services)

    assert "stock.xlsx is no whole workbook" in fault
    assert str(tmp_path) not in f"{fault} {reason}"


def test_a_look_does_not_wait_for_a_million_empty_rows(file, services):
    book = openpyxl.Workbook()
    for row in (["sku", "title", "price"], ["A-1", "Shirt", 9]):
        book.active.append(row)
    book.active.cell(30_000, 1, "A-2")  # and as many empty rows between
    saved = io.BytesIO()
    book.save(saved)
    path, ticks = file("stock.xlsx", saved.getvalue()), count(0, PATIENCE_S / 10)

    looked = look_at(path, SourceOptions(), services=services, clock=lambda: next(ticks))
    with open_source(path, SourceOptions(), 1 << 20) as source:
        every = [row.sku for row in source.rows() if isinstance(row, Row)]

    assert [row.sku for row, _ in looked.survey.first] == ["A-1"]
    assert not looked.survey.is_whole
    assert every == ["A-1", "A-2"]  # whoever imports it waits


def test_columns_of_a_table_that_names_no_sku_are_told_with_what_they_may_be(file, look):
    looked = look(file("liste.csv", OWN))

    assert "if 'Artikelnummer' is the sku" in looked.fault
    assert not looked.columns.has_skus
    assert [(c.theirs, c.suggested, c.samples) for c in looked.columns.columns] == [
        ("artikelnummer", "sku", ("A-1", "A-2")),
        ("bezeichnung", "title", ("Hemd", "Hose")),
        ("preis", "price", ("19,90", "x")),
        ("lieferant", None, ("Nord",)),
    ]


def test_the_number_of_a_model_is_the_sku_where_no_other_is_and_no_two_rows_have_one(file, look):
    def suggested(table):
        return [each.suggested for each in look(file("l.csv", table)).columns.columns]

    alone = "Modell-Nr;Name\nM-1;A\nM-2;B\n"
    of_variants = "Modell-Nr;Name\nM-1;A red\nM-1;A blue\nM-2;B\n"
    beside = "Modell-Nr;Artikelnr;Name\nM-1;1;A\nM-2;2;B\n"

    assert suggested(alone) == ["sku", "title"]
    assert suggested(of_variants) == ["style", "title"]
    assert suggested(beside) == ["style", "sku", "title"]


@pytest.mark.parametrize(
    ("header", "suggested"),
    [
        (
            "Art.No;Description;VK-Preis;Image file;Group",
            ["sku", "title", "price", "photo", "category"],
        ),
        ("Art.No;Description;Name;EK-Preis;VK-Preis", ["sku", None, "title", None, "price"]),
        ("Art.No;Group;Category", ["sku", None, "category"]),
    ],
)
def test_a_loose_name_is_a_column_that_no_other_is(file, look, header, suggested):
    looked = look(file("liste.csv", f"{header}\n{';'.join('1' for _ in suggested)}\n"))

    assert [column.suggested for column in looked.columns.columns] == suggested


def test_the_same_table_is_read_once_its_columns_are_mapped(file, look):
    looked = look(file("liste.csv", OWN), "Artikelnummer=sku", "Bezeichnung=title", "Preis=price")

    assert looked.fault is None
    assert [c.mapped for c in looked.columns.columns] == ["sku", "title", "price", None]
    assert [row.sku for row, _ in looked.survey.first] == ["A-1", "A-2"]
    assert looked.survey.first[0][0].facts["price_cents"] == 1990


def test_a_title_above_the_columns_is_not_taken_for_them(file, look):
    looked = look(file("liste.csv", "Preisliste Herbst;;;\n\n" + OWN))

    assert [c.theirs for c in looked.columns.columns][:2] == ["artikelnummer", "bezeichnung"]


def test_an_export_of_a_shop_system_says_which(file, look):
    looked = look(file("products_export.csv", shopify(20).text()))

    assert looked.columns.format == "a product export of Shopify"
    assert looked.fault is None
    assert len(looked.survey.first) == 8


def test_a_zip_of_pictures_has_no_columns(file, look):
    packed = io.BytesIO()
    with ZipFile(packed, "w") as archive:
        archive.writestr("A-1.jpg", encoded(scene(), "JPEG"))
        archive.writestr("A-2.jpg", encoded(scene(), "JPEG"))
        archive.writestr("notes.pdf", b"%PDF-1.7")

    looked = look(file("looks.zip", packed.getvalue()))

    assert looked.columns is None
    assert (looked.count, looked.ignored) == (2, 1)
    assert [row.sku for row, _ in looked.survey.first] == ["A-1", "A-2"]


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("a.zip", b"PK\x03\x04 torn", "no whole ZIP"),
        ("a.csv", b"", "is empty"),
        ("a.pdf", b"%PDF-1.7", "no .csv"),
        ("a.xlsx", b"PK\x03\x04[Content_Types].xml", ""),
        ("a.jsonl", b"{}", "needs objects with the name 'sku'"),
    ],
)
def test_what_cannot_be_read_says_why(file, name, data, told, look):
    assert told in look(file(name, data)).fault
