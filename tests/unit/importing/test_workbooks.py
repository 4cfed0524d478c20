"""What a workbook says beside its values: formulas, merged cells, other sheets, and sizes."""

import zipfile

import pytest

from catalog.errors import BadSource
from service.importing.report import RowNote
from tests.unit.importing.test_other_tables import parts_of, repacked, rows_of, told_of, workbook

SHEET = "xl/worksheets/sheet1.xml"
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
        (SHEET, b"</row>", b"<c/>" * 5_000_000 + b"</row>", "in or behind a row"),
        (SHEET, b"</worksheet>", b"<x/>" * 5_000_000 + b"</worksheet>", "in or behind a row"),
        ("xl/styles.xml", b"</styleSheet>", b"<x>aa</x>" * 7_500_000, "bytes in 'xl/styles.xml'"),
        (SHEET, b'r="3"', b'r="1900000"', "has rows behind row 1048576"),
    ],
    ids=["a row", "behind the rows", "styles", "too many rows"],
)
def test_what_would_fill_the_memory_is_refused_before_it_is_read(part, old, new, told):
    data = changed(workbook(STOCK), part, old, new)

    with pytest.raises(BadSource, match=told) as refused:
        rows_of(data)

    assert "\n" not in str(refused.value)
