"""Exports of shop systems, read without editing: no row is lost, and each says what it did."""

import io
import re

import pytest

from service.importing.cells import row_of
from service.importing.report import RowNote
from service.importing.table import TableRow, read_table
from tests.shop_files import MAKERS
from tests.shop_files.merchant import as_xml

PRODUCTS = 210


def told_of(data, name="shop.csv"):
    """Read a file, and give its products by SKU, those refused by line, and its notes."""
    told = list(read_table(io.BytesIO(data), name))
    notes = [each.note for each in told if isinstance(each, RowNote)]
    meant = [row_of(each) for each in told if isinstance(each, TableRow)]
    products = {row.cells["sku"]: dict(row.cells) for row in meant if not row.faults}
    refused = {row.line: row.error().reason for row in meant if row.faults}
    return products, refused, notes


def counted(notes):
    """Give how many rows each reason says."""
    found = (re.fullmatch(r"(\d+) rows?: (.+) \(line .+\)", note) for note in notes)
    return {match[2]: int(match[1]) for match in found if match}


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_every_row_of_an_export_is_in_or_told_with_its_reason(make):
    file = make(PRODUCTS)

    products, refused, notes = told_of(file.text())

    lines = file.lines()
    assert products.keys() == file.products.keys()
    assert refused.keys() == {lines[row] for row in file.refused}
    for row, reason in file.refused.items():
        assert reason in refused[lines[row]]
    counts = counted(notes)
    assert {reason: counts.get(reason) for reason in file.left_out} == file.left_out
    assert len(file.rows) == len(products) + len(refused) + sum(file.left_out.values())


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_facts_come_over_as_the_shop_has_them(make):
    file = make(PRODUCTS)

    products, _, _ = told_of(file.text())

    for sku, cells in file.products.items():
        assert {name: products[sku].get(name) for name in cells} == cells, sku


@pytest.mark.parametrize("kind", ["rss", "atom"])
@pytest.mark.parametrize("prefix", ["g:", ""])
def test_a_feed_means_as_xml_what_it_means_as_text(kind, prefix):
    file = MAKERS["merchant"](PRODUCTS)
    as_text, refused, _ = told_of(file.text())

    products, refused_too, notes = told_of(as_xml(file, kind, prefix))

    said = {"photo", "title", "price", "url", "availability", "stock", "category"}
    assert products.keys() == as_text.keys()
    for sku, cells in products.items():
        assert {name: cells.get(name) for name in said} == {
            name: as_text[sku].get(name) for name in said
        }
    assert len(refused_too) == len(refused)
    assert notes[0] == "read as a product feed of Google Merchant Center"


def test_a_title_in_quotation_marks_does_not_break_a_feed_with_tabs():
    data = (
        b"id\ttitle\tlink\timage_link\tavailability\tprice\n"
        b'G-1\t"Slim" jeans\thttps://shop.example/1\ta.jpg\tin_stock\t39.90 EUR\n'
    )

    products, refused, _ = told_of(data, "feed.tsv")

    assert (products["G-1"]["title"], refused) == ('"Slim" jeans', {})


@pytest.mark.parametrize(
    "header", ["id\ttitle\tlink\timage link\tprice", "g:id\tg:title\tg:link\tg:image_link\tg:price"]
)
def test_the_columns_of_a_feed_may_be_written_otherwise(header):
    data = f"{header}\nA\tHat\thttps://shop.example\ta.jpg\t3.00 EUR\n".encode()

    products, _, _ = told_of(data)

    assert products["A"]["photo"] == "a.jpg"


@pytest.mark.parametrize(
    "header",
    [
        "sku,title,photo,price",
        "sku,handle,title,price,photo",
        "sku,id,name,type,image,price",
        "sku,product_id,name,category,image,quantity",
    ],
)
def test_a_table_of_our_own_is_taken_for_no_export(header):
    cells = ",".join("A" for _ in header.split(","))

    _, _, notes = told_of(f"{header}\n{cells}\n".encode())

    assert not any(note.startswith("read as") for note in notes)


def test_a_row_that_cannot_be_split_is_reported_and_the_next_product_goes_in():
    file = MAKERS["shopify"](2)
    lines = file.text().decode().splitlines(keepends=True)
    broken = f'odd,"A "quoted" title{"," * 40}\r\n'

    products, refused, _ = told_of("".join([*lines, broken]).encode())

    assert len(products) == 3
    assert list(refused) == [len(lines) + 1]


@pytest.mark.parametrize("taxonomy", ["1604", "Apparel & Accessories > 1604", ""])
def test_a_number_of_a_taxonomy_is_no_category_and_the_shops_own_type_is(taxonomy):
    header = (
        "Handle,Title,Standard Product Type,Custom Product Type,Variant SKU,Variant Price,Image Src"
    )
    rows = f"tee,Tee,{taxonomy},T-Shirts,TEE,12.00,tee.jpg\ncap,Cap,{taxonomy},,CAP,9.00,cap.jpg\n"

    products, _, _ = told_of(f"{header}\n{rows}".encode())

    assert products["TEE"]["category"] == "T-Shirts"
    assert "category" not in products["CAP"]
