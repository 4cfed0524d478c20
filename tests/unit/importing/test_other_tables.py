"""Tables that are no CSV: workbooks, feeds, JSON Lines and Parquet, and what harms in them."""

import io
import random
import re
import tracemalloc
import zipfile
from contextlib import suppress
from datetime import date
from pathlib import Path

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


def told_of(data, name="stock"):
    return list(read_table(io.BytesIO(data), name))


def rows_of(data, name="stock"):
    return [row_of(each) for each in told_of(data, name) if isinstance(each, TableRow)]


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


def parquet(columns, **how):
    """Make a Parquet file."""
    file = io.BytesIO()
    pq.write_table(pa.table(columns), file, **how)
    return file.getvalue()


def parts_of(data):
    """Give the parts of a workbook by their names."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def repacked(data, name, text, method=zipfile.ZIP_DEFLATED):
    """Put another part into a workbook, or one in the place of another."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w") as new:
        for entry in old.infolist():
            if entry.filename != name:
                new.writestr(entry, old.read(entry), zipfile.ZIP_DEFLATED)
        new.writestr(name, text, method)
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


def test_only_the_sheet_with_known_columns_is_read_wherever_it_is():
    book = openpyxl.Workbook()
    book.active.append(["Read me", "first"])
    sheet = book.create_sheet("Products")
    sheet.append(["sku", "title"])
    sheet.append(["A", "Hat"])
    file = io.BytesIO()
    book.save(file)

    assert cells_of(file.getvalue()) == [{"sku": "A", "title": "Hat"}]


def test_a_cell_that_is_no_text_is_the_fault_of_its_row_if_its_column_counts():
    data = (
        b'{"sku": "A", "title": {"de": "Hut"}}\n'
        b'{"sku": "B", "title": "Hat", "dimensions": {"width": 3}}\n'
        b'{"sku": "C", "title": ' + b"[" * 900 + b"]" * 900 + b"}\n"
    )

    named, unnamed, deep = rows_of(data)

    assert named.error().reason == (
        "'title': a cell is a text, a number or a list of them, got dict"
    )
    assert not unnamed.faults
    assert "lists within each other" in deep.error().reason


@pytest.mark.parametrize(
    "line",
    [
        '{"sku": "A", "title": "Hat", "sku": "B"}',
        '{"sku": "A", "SKU": "B", "title": "Hat"}',
        '{"sku": "A", "title": "Hat", "price": 1, "price": 2, "url": "https://x.example"}',
    ],
)
def test_a_line_of_json_that_says_something_twice_is_refused(line):
    [row] = rows_of(line.encode())

    assert "twice" in row.error().reason


@pytest.mark.parametrize(
    "made",
    [
        lambda: b'{"sku": 12345678901234567890123, "title": "Hat"}',
        lambda: workbook([["sku", "title"], [123456789012345678, "Hat"]]),
        lambda: parquet({"sku": [1234567890123456789.0], "title": ["Hat"]}),
    ],
    ids=["JSON", "workbook", "Parquet"],
)
def test_a_number_that_has_lost_digits_is_no_sku(made):
    [row] = rows_of(made())

    assert "only 15 digits are left" in row.error().reason
    assert not row.sku


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
        ('<?xml version="1.0"?><rss>' + "<a/>" * 200_001, "200000 elements and more without"),
    ],
    ids=["entities", "files", "no feed", "torn", "deep", "long"],
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


GOOGLES = 'xmlns:g="http://base.google.com/ns/1.0"'
GIVEN = (
    "<g:id>A</g:id><g:title>Hat</g:title><g:image_link>a.jpg</g:image_link><g:price>1 EUR</g:price>"
)


@pytest.mark.parametrize(
    "text",
    [
        f"<rss {GOOGLES}><channel><item><title>Hat, at our shop</title><link>https://s.example/b"
        f"</link>{GIVEN}<g:link>https://s.example/a</g:link></item></channel></rss>",
        f'<feed xmlns="http://www.w3.org/2005/Atom" {GOOGLES}><id>urn:feed</id><entry>'
        f"{GIVEN}<id>urn:entry</id><title>Hat, at our shop</title>"
        '<link rel="self" href="https://s.example/self"/><link href="https://s.example/a"/>'
        "</entry></feed>",
        f"\n <?xml version='1.0'?><rss {GOOGLES}><channel><item>{GIVEN}"
        "<g:link>https://s.example/a</g:link></item></channel></rss>",
    ],
    ids=["RSS", "Atom", "a blank line first"],
)
def test_what_rss_and_atom_say_themselves_gives_way_to_what_is_said_to_google(text):
    [row] = rows_of(text.encode())

    assert (row.sku, row.facts["title"], row.facts["url"]) == ("A", "Hat", "https://s.example/a")


def test_a_product_of_a_feed_with_two_ids_is_refused_and_one_with_two_pictures_has_both():
    more = "<g:additional_image_link>{}</g:additional_image_link>"
    items = (f"<item>{GIVEN}<g:id>B</g:id></item>"
             f"<item>{GIVEN}{more.format('b.jpg')}{more.format('c.jpg')}</item>")  # fmt: skip

    two, one = rows_of(f"<rss {GOOGLES}><channel>{items}</channel></rss>".encode())

    assert two.error().reason == "the product has 'id' twice: 'A' and 'B'"
    assert one.photos == ("a.jpg", "b.jpg", "c.jpg")


def test_a_product_of_a_feed_without_an_end_is_not_held():
    text = f"<rss {GOOGLES}><channel><item>{GIVEN}" + "<g:x/>" * 11_000

    with pytest.raises(BadSource, match="a product of more than 10000 elements"):
        rows_of(text.encode())


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


def test_a_value_of_parquet_that_has_no_text_is_its_rows_fault_alone():
    torn = pa.Array.from_buffers(pa.string(), 3, pa.array([b"Hat", b"\xff", b"Cap"]).buffers())
    instants = pa.array([0, 2**62, None], pa.timestamp("us"))

    rows = rows_of(parquet({"sku": ["A", "B", "C"], "title": torn, "size": instants}))

    assert [bool(row.faults) for row in rows] == [True, True, False]  # the first size is a date
    assert "no form as a text" in rows[1].error().reason
    assert rows[2].facts["title"] == "Cap"


def test_texts_and_prices_of_parquet_mean_what_whoever_wrote_them_meant():
    table = {
        "sku": pa.array([b"A", b"B"]),  # as programs write that do not know of texts
        "title": pa.array(["Hat", "Cap"]).dictionary_encode(),
        "price": pa.array([19.9, 39.95], pa.float32()),
    }

    rows = rows_of(parquet(table))

    assert [(row.sku, row.facts["title"]) for row in rows] == [("A", "Hat"), ("B", "Cap")]
    assert [row.facts["price_cents"] for row in rows] == [1990, 3995]


def test_a_column_that_parquet_has_twice_is_refused():
    with pytest.raises(BadSource, match="has a column twice: sku"):
        rows_of(parquet({"SKU": ["A"], "sku": ["B"], "title": ["Hat"]}))


def test_a_text_of_parquet_that_all_rows_share_is_held_once():
    shared = pa.DictionaryArray.from_arrays(pa.array([0] * 500, pa.int32()), ["x" * 2_000_000])
    data = parquet({"sku": [str(n) for n in range(500)], "title": shared})

    tracemalloc.start()
    rows = rows_of(data)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert len(data) < 100_000
    assert all("at most 1000000 characters" in row.error().reason for row in rows)
    assert peak < 50_000_000  # where each had its own, a thousand million


def test_few_bytes_of_parquet_do_not_unpack_to_what_fills_the_memory():
    data = parquet({"sku": ["A"], "title": ["x" * 70_000_000]}, compression="zstd")

    with pytest.raises(BadSource, match=r"unpacks from \d+ bytes to 7\d{7} of rows"):
        rows_of(data)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (b"x" * 1_000_001, "line 2: a line has at most 1000000 bytes"),
        (b'{"sku": ' + b"[" * 2_000, "line 2: the line is no JSON"),
        (b"{}", "no line has names"),
    ],
)
def test_lines_of_which_none_can_be_read_say_why(line, told):
    with pytest.raises(BadSource, match=told):
        rows_of(b"{}\n" + line)


def test_damaged_bytes_of_parquet_are_told_and_end_nothing():
    data = parquet({"sku": ["A", "B"], "title": ["Hat", "Cap"], "price": [1.5, 2.5]})
    chance = random.Random(5)

    for _ in range(12):  # a process each
        damaged = bytearray(data)
        for _ in range(chance.randint(1, 6)):
            damaged[chance.randrange(4, len(damaged))] = chance.randrange(256)
        with suppress(BadSource):  # any other error, or the end of the process, fails
            rows_of(bytes(damaged))


def test_parquet_whose_footer_lies_takes_no_memory_of_whoever_imports_it():
    data = parquet({"sku": ["A"], "title": ["x" * 600_000_000]}, compression="zstd")
    said = varint(pq.read_metadata(io.BytesIO(data)).row_group(0).total_byte_size)
    assert data.count(said) == 1
    data = data.replace(said, varint(1_000, len(said)))
    Path("/proc/self/clear_refs").write_text("5")  # the most that was held is what is held now
    held = most_held()

    with pytest.raises(BadSource, match="takes more than 1024 MiB of memory"):
        rows_of(data)

    assert most_held() - held < 50_000  # of 1,024 bytes


def most_held():
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+)", status)[1])


def varint(number, width=0):
    """Write a whole number as Parquet's footer has it, in so many bytes at least."""
    number, written = 2 * number, b""
    while number >= 128 or len(written) < width - 1:
        number, written = number >> 7, written + bytes([number & 127 | 128])
    return written + bytes([number])


def test_parquet_in_a_zip_is_read_as_it_is_beside_one(tmp_path):
    skus = [f"A-{number}" for number in range(5_000)]
    with zipfile.ZipFile(tmp_path / "stock.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("stock.parquet", parquet({"sku": skus, "title": skus}))

    with open_source(tmp_path / "stock.zip", SourceOptions(), 1_000_000) as source:
        found = [row.sku for row in source.rows() if isinstance(row, Row)]

    assert found == skus


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
