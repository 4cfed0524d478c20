"""What a workbook says beside its values: formulas, merged cells, other sheets, and sizes."""

import io
import zipfile
from itertools import islice

import pytest

from catalog.errors import BadSource
from service.importing.raw.patience import looking
from service.importing.report import RowNote
from service.importing.table import TableRow, read_table
from tests.unit.importing.test_other_tables import parts_of, repacked, rows_of, told_of, workbook

SHEET = "xl/worksheets/sheet1.xml"
NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
IN_ANOTHER = f'<a xmlns:y-z="{NAMESPACE}">'.encode()
BOOK, STYLES, TYPES = "xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml"
STOCK = [
    ["sku", "title", "stock"],
    ["A", "Hat", '=WEBSERVICE("http://x.example")'],
    ["B", "Cap", 2],
]


def changed(data, name, old, new):
    """Change the text of a part."""
    text = parts_of(data)[name]
    assert old in text
    return repacked(data, name, text.replace(old, new, 1), zipfile.ZIP_STORED)


def test_a_formula_counts_by_the_value_that_is_kept_beside_it_and_is_never_worked_out():
    data = changed(workbook(STOCK), SHEET, b"</f><v />", b"</f><v>7</v>")

    first, second = rows_of(data)

    assert (first.facts["stock"], second.facts["stock"]) == (7, 2)


def test_a_formula_without_a_value_takes_nothing_away():
    first, second = rows_of(workbook(STOCK))

    assert "a formula whose value is not in the file" in first.error().reason
    assert not second.faults


def test_a_formula_whose_value_is_an_empty_text_says_that_there_is_none():
    data = workbook([["sku", "title", "brand"], ["A", "Hat", '=IF(1=1,"","x")']])
    cell = b'<c r="C2"><f>'
    data = changed(data, SHEET, cell, cell.replace(b'"C2"', b'"C2" t="str"'))

    [row] = rows_of(data)

    assert not row.faults
    assert row.facts["brand"] is None


def test_merged_cells_are_of_every_row_that_they_stretch_over():
    rows = [["Brands", None, None], ["sku", "title", "brand"], ["A", "Hat", "Acme"],
            ["B", "Cap", None], ["C", "Coat", None], ["D", "Dress", "Other"]]  # fmt: skip

    def merge(sheet):
        sheet.merge_cells("A1:C1")
        sheet.merge_cells("C3:C4")

    found = {row.sku: row.facts["brand"] for row in rows_of(workbook(rows, merge))}

    assert found == {"A": "Acme", "B": "Acme", "C": None, "D": "Other"}


def test_sheets_that_are_not_read_are_named():
    def add(sheet):
        other = sheet.parent.create_sheet("Shoes")
        other.append(["sku", "title"])
        other.append(["Z", "Boot"])
        sheet.parent.create_sheet("Read me").append(["Hello"])

    told = told_of(workbook([["sku", "title"], ["A", "Hat"]], add))

    [note] = [each.note for each in told if isinstance(each, RowNote)]
    assert "'Sheet' alone is read; products may be in 'Shoes' too" in note


@pytest.mark.parametrize(
    ("part", "old", "new", "told"),
    [
        (SHEET, b"</row>", b"<c/>" * 20_000 + b"</row>", "16384 cells in a row"),
        (SHEET, b"</row>", b"<c>" + b"<a/>" * 1_000_001 + b"</c></row>", "tags in or behind"),
        (SHEET, b"</row>", b"<c>" + b"a" * 17_000_000 + b"</c></row>", "bytes in or behind"),
        (SHEET, b"</row>", b"</row>" + b"<row/>" * 1_048_576, "more than 1048576 rows"),
        (
            SHEET,
            b"</row>",
            b"</row>" + IN_ANOTHER + b"<y-z:row />" * 1_048_576 + b"</a>",
            "rows in",
        ),
        (SHEET, b"<sheetData>", b"<a>" * 1_000_001, "tags in or behind"),
        (
            BOOK,
            b"<sheets>",
            b"<sheets>" + b'<sheet name="a" sheetId="1" r:id="rId1"/>' * 1_000,
            "1000 sheets",
        ),
        (BOOK, b"<sheets>", b"<a/>" * 100_001 + b"<sheets>", "100000 tags up to"),
        (TYPES, b"</Types>", b"<a/>" * 100_001 + b"</Types>", "100000 tags up to"),
        (STYLES, b"</cellXfs>", b"<xf/>" * 100_001 + b"</cellXfs>", "100000 tags up to"),
        (SHEET, b"</worksheet>", b"<x/>" * 1_000_001 + b"</worksheet>", "tags in or behind a row"),
        ("xl/styles.xml", b"</styleSheet>", b"<x>aa</x>" * 7_500_000, "bytes in 'xl/styles.xml'"),
        (SHEET, b'r="3"', b'r="1900000"', "has rows behind row 1048576"),
    ],
    ids=[
        "cells",
        "a row",
        "a cell",
        "rows",
        "rows by another name",
        "depth",
        "sheets",
        "book",
        "types",
        "formats",
        "behind the rows",
        "styles",
        "numbers of rows",
    ],
)
def test_what_would_fill_the_memory_is_refused_before_it_is_read(part, old, new, told):
    data = changed(workbook(STOCK), part, old, new)

    with pytest.raises(BadSource, match=told) as refused:
        rows_of(data)

    assert "\n" not in str(refused.value)


def test_a_sheet_of_other_letters_is_held_to_the_same():
    sheet = parts_of(workbook(STOCK))[SHEET].replace(b"</row>", b"</row>" + b"<row/>" * 1_048_576)
    wide = sheet.decode().replace('encoding="UTF-8"', "").encode("utf-16")

    with pytest.raises(BadSource, match="more than 1048576 rows"):
        rows_of(repacked(workbook(STOCK), SHEET, wide))


TEXTS = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"


def with_texts(texts):
    """Make a workbook of two rows whose cells are none of these texts."""
    named = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{TEXTS}"/></Types>'.encode()
    data = changed(workbook(STOCK), TYPES, b"</Types>", named)
    return repacked(data, "xl/sharedStrings.xml", f'<sst xmlns="{NAMESPACE}">{texts}</sst>')


def test_texts_are_as_many_as_their_bytes_pay_for():
    differing = "".join(f"<si><t>A{number:06}</t></si>" for number in range(60_000))

    assert len(rows_of(with_texts(differing))) == 2
    with pytest.raises(BadSource, match="tags in its texts"):
        rows_of(with_texts("<si/>" * 110_000))


def test_a_look_into_a_sheet_ends_within_rows_that_are_never_given():
    again = b'<row r="1"/>' * 300_000  # of which openpyxl gives the first
    data = changed(workbook(STOCK), SHEET, b"</sheetData>", again + b"</sheetData>")

    every = [row.sku for row in rows_of(data)]
    with looking(lambda: True) as patience:
        some = [row.sku for row in rows_of(data)]

    assert every == some == ["A", "B"]
    assert patience.has_ended


def test_a_sheet_that_does_not_say_how_far_it_reaches_is_not_gone_through_when_it_is_opened():
    torn = b"<row><torn"
    data = changed(workbook(STOCK), SHEET, b'<dimension ref="A1:C3" />', b"")
    data = changed(data, SHEET, b"</sheetData>", torn)

    given = islice(read_table(io.BytesIO(data), "stock"), 1)

    assert [row.cells["sku"] for row in given if isinstance(row, TableRow)] == ["A"]
