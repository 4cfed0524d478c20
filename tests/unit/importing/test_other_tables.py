"""Tables that are no CSV: workbooks, feeds, JSON Lines and Parquet, and what harms in them."""

import io
import zipfile
from datetime import date

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl.drawing.image import Image

from catalog.errors import BadSource
from service.importing.cells import row_of
from service.importing.opening import SourceOptions, open_source
from service.importing.row import Row
from service.importing.table import TableOptions, TableRow, read_table
from tests.fakes import plain_picture
from tests.shop_files import MAKERS


def rows_of(data, name="stock"):
    told = read_table(io.BytesIO(data), name)
    return [row_of(each) for each in told if isinstance(each, TableRow)]


def cells_of(data):
    return [dict(row.cells) for row in rows_of(data)]


def workbook(rows, change=lambda _sheet: None):
    """Make a workbook of one sheet."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    change(book.active)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def repacked(data, name, text):
    """Put another part into a workbook, or one in the place of another."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w") as new:
        for entry in old.infolist():
            if entry.filename != name:
                new.writestr(entry, old.read(entry), zipfile.ZIP_DEFLATED)
        new.writestr(name, text, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def test_a_workbook_is_read_below_its_title_with_numbers_as_they_are_shown():
    def formats(sheet):
        sheet["A4"].number_format = "00000"

    data = workbook(
        [["Stock of May"], [], ["SKU", "Title", "Photo", "Price", "Size", "Stock"],
         [123, "Hat", "a.jpg", 19.9, "M", 5.0], [4012345678901, "Cap", "b.jpg", 1299, 38, None]],
        formats,
    )  # fmt: skip

    first, second = cells_of(data)

    assert (first["sku"], first["price"], first["stock"]) == ("00123", "19.9", "5")
    assert (second["sku"], second["price"], second["size"]) == ("4012345678901", "1299", "38")


def test_a_size_that_a_workbook_holds_as_a_date_is_refused():
    data = workbook([["sku", "title", "size"], ["A", "Hat", date(2026, 4, 3)]])

    [row] = rows_of(data)

    assert "has made a date of the size" in row.error().reason


def test_a_formula_counts_by_its_value_and_is_never_worked_out():
    data = workbook([["sku", "title", "stock"], ["A", "Hat", '=WEBSERVICE("http://x.example")']])

    [row] = rows_of(data)

    assert row.cells["stock"] == ""


def test_only_the_sheet_with_known_columns_is_read_wherever_it_is():
    book = openpyxl.Workbook()
    book.active.append(["Read me", "first"])
    sheet = book.create_sheet("Products")
    sheet.append(["sku", "title"])
    sheet.append(["A", "Hat"])
    file = io.BytesIO()
    book.save(file)

    assert cells_of(file.getvalue()) == [{"sku": "A", "title": "Hat"}]


@pytest.mark.parametrize("name", ["shopify", "woocommerce-german", "magento"])
def test_an_export_means_as_a_workbook_what_it_means_as_text(name):
    file = MAKERS[name](12)

    as_text = {row.sku: row.facts for row in rows_of(file.text()) if not row.faults}
    as_book = {
        row.sku: row.facts for row in rows_of(workbook([file.header, *file.rows])) if not row.faults
    }

    assert as_book == as_text


@pytest.mark.parametrize("packed", [False, True], ids=["file", "ZIP"])
def test_pictures_on_the_rows_of_a_workbook_are_their_photos(tmp_path, packed):
    def pictured(sheet):
        for cell, colour in (("C2", (200, 0, 0)), ("C3", (0, 200, 0)), ("D3", (0, 0, 200))):
            sheet.add_image(Image(io.BytesIO(plain_picture(colour))), cell)

    data = workbook([["sku", "title"], ["A", "Hat"], ["B", "Cap"]], pictured)
    path = tmp_path / "stock.xlsx"
    path.write_bytes(data)
    if packed:
        with zipfile.ZipFile(tmp_path / "stock.zip", "w") as archive:
            archive.write(path, "stock.xlsx")
        path = tmp_path / "stock.zip"

    with open_source(path, SourceOptions(), 1_000_000) as source:
        first, second = (row for row in source.rows() if isinstance(row, Row))
        read = [source.read(photo) for photo in (*first.photos, *second.photos)]

    assert (len(first.photos), len(second.photos)) == (1, 2)
    assert read == [plain_picture(c) for c in ((200, 0, 0), (0, 200, 0), (0, 0, 200))]


@pytest.mark.parametrize(
    ("part", "text", "told"),
    [
        ("xl/bomb.xml", " " * (80 * 2**20), "unpacks to"),
        (
            "xl/worksheets/sheet1.xml",
            '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><worksheet>&x;</worksheet>',
            "workbook|damaged",
        ),
        ("xl/workbook.xml", "<not closed", "is no whole workbook"),
    ],
    ids=["bomb", "entities", "torn"],
)
def test_a_workbook_that_may_harm_is_refused_in_one_line(part, text, told):
    data = repacked(workbook([["sku", "title"], ["A", "Hat"]]), part, text)

    with pytest.raises(BadSource, match=told) as refused:
        rows_of(data)

    assert "\n" not in str(refused.value)


def test_a_link_of_a_workbook_to_elsewhere_gives_no_picture():
    data = workbook([["sku", "title"], ["A", "Hat"]])
    rels = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="r1" TargetMode="External" Target="http://x.example/a.png" Type="'
        'http://schemas.openxmlformats.org/officeDocument/2006/relationships/drawing"/>'
        "</Relationships>"
    )

    [row] = rows_of(repacked(data, "xl/worksheets/_rels/sheet1.xml.rels", rels))

    assert row.photos == ()


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    "<rss><channel><item><id>&b;</id><image_link>a.jpg</image_link><title>x</title>"
    "<price>1</price></item></channel></rss>"
)
OUTSIDE = BOMB.replace('"aaaaaaaaaa"', 'SYSTEM "file:///etc/passwd"')
OTHER = '<?xml version="1.0"?><library><book><id>1</id></book></library>'
TORN = '<?xml version="1.0"?><rss><channel><item><id>1</id>'


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (BOMB, "declares entities"),
        (OUTSIDE, "declares entities"),
        (OTHER, "is XML, and no feed of products"),
        (TORN, "is damaged"),
        ('<?xml version="1.0"?><rss>' + "<a>" * 500, "in each other"),
    ],
    ids=["entities", "files", "no feed", "torn", "deep"],
)
def test_xml_that_is_no_feed_or_harms_is_refused_in_one_line(text, told):
    with pytest.raises(BadSource, match=told) as refused:
        rows_of(text.encode())

    assert "\n" not in str(refused.value)


def test_a_product_of_a_feed_without_an_id_is_reported_and_the_others_go_in():
    item = "<item>{}<title>x</title><image_link>a.jpg</image_link><price>1 EUR</price></item>"
    items = [item.format(told) for told in ("<id>A</id>", "", "<id>B</id>")]

    rows = rows_of(f"<?xml version='1.0'?><rss><channel>{''.join(items)}</channel></rss>".encode())

    assert [row.sku for row in rows] == ["A", "", "B"]
    assert rows[1].error().reason == "the sku is empty"


def test_json_lines_say_nothing_of_what_a_line_leaves_out():
    data = (
        b'\xef\xbb\xbf{"sku": "A", "title": "Hat", "price": 19.9, "photo": ["a.jpg", "b.jpg"]}\n'
        b'\n{"sku": "B", "stock": 3, "brand": null}\n{"sku": "C", "title": {"de": "Hut"}}\n'
        b"{torn\n[1]\n"
    )

    first, second, *broken = rows_of(data)

    assert first.photos == ("a.jpg", "b.jpg")
    assert (first.facts["price_cents"], "stock" in first.facts) == (1990, False)
    assert second.facts == {"stock": 3, "brand": None}
    assert [row.line for row in broken] == [4, 5, 6]
    assert all(row.faults for row in broken)


def test_parquet_is_read_in_its_own_types():
    table = pa.table(
        {"sku": ["A", "B"], "title": ["Hat", "Cap"], "price": [19.9, None], "stock": [3, 0],
         "photo": [["a.jpg", "b.jpg"], []]}
    )  # fmt: skip
    file = io.BytesIO()
    pq.write_table(table, file)

    first, second = rows_of(file.getvalue())

    assert (first.facts["price_cents"], first.photos) == (1990, ("a.jpg", "b.jpg"))
    assert (second.facts["price_cents"], second.facts["stock"]) == (None, 0)


def test_a_torn_parquet_file_is_refused_in_one_line():
    with pytest.raises(BadSource, match="is no whole Parquet file"):
        rows_of(b"PAR1\x15" + bytes(100))


@pytest.mark.parametrize("end", [".xlsx", ".xml", ".jsonl"])
def test_a_folder_with_one_such_table_is_read_by_it(tmp_path, end):
    data = {
        ".xlsx": workbook([["sku", "title", "photo"], ["A", "Hat", "a.png"]]),
        ".xml": b"<?xml version='1.0'?><rss><channel><item><id>A</id><title>Hat</title>"
        b"<image_link>https://x.example/p/a.png?v=1</image_link><price>1</price></item>"
        b"</channel></rss>",
        ".jsonl": b'{"sku": "A", "title": "Hat", "photo": "a.png"}\n',
    }[end]
    (tmp_path / f"stock{end}").write_bytes(data)
    (tmp_path / "a.png").write_bytes(plain_picture())

    with open_source(tmp_path, SourceOptions(), 1_000_000) as source:
        [row] = (row for row in source.rows() if isinstance(row, Row))

        assert source.read(row.photos[0]) == plain_picture()


def test_prices_without_a_currency_get_the_one_that_is_said():
    told = read_table(
        io.BytesIO(b"sku,price\nA,1\nB,$ 2\nC,3 EUR\nD,\n"),
        "stock.csv",
        TableOptions(currency="USD"),
    )

    facts = [row_of(each).facts for each in told if isinstance(each, TableRow)]

    assert [each.get("currency") for each in facts] == ["USD", "USD", "EUR", None]
