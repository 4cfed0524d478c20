"""The header is found below what programs put above it, however it is written."""

import codecs
import encodings
import io
import pkgutil
import zipfile
from encodings import aliases

import pytest

from embeddings.errors import BadTable, NoHeader
from embeddings.tables import MAX_LINE, is_encoding, open_table
from embeddings.tables.header import take_header
from embeddings.tables.lines import Lines
from embeddings.tables.naming import MAX_COLUMNS, Splitter
from tests.fakes import plain_picture

COLUMNS = ("sku", "title", "photo")


def opened(data):
    raw = data if isinstance(data, bytes) else data.encode()
    with open_table(io.BytesIO(raw), ("sku",), COLUMNS) as table:
        return table.header.names, [(row.line, *row.cells) for row in table.rows]


@pytest.mark.parametrize(
    ("above", "line"),
    [
        ("", 2),
        ("\ufeff", 2),
        ("\ufeff\ufeff", 2),
        ("sep=,\r\n", 3),
        ("\ufeffSEP=;\n", 3),
        ('"sep=,"\n', 3),
        ("sep=,,,\n", 3),
        ("\n", 3),
        (",,\n\n", 4),
        ("Stock list autumn,,\n", 3),
        ('Stock list\nas of "1 May"\n\n', 5),
    ],
)
def test_what_stands_above_the_header_is_passed_over(above, line):
    assert opened(f"{above}sku,title,photo\nA,Dress,a.jpg\n") == (
        COLUMNS,
        [(line, "A", "Dress", "a.jpg")],
    )


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_that_of_the_header(delimiter):
    table = "sku,title,photo\nA,Dress,a.jpg\n".replace(",", delimiter)

    assert opened(table) == (COLUMNS, [(2, "A", "Dress", "a.jpg")])


def test_a_delimiter_that_the_file_names_may_be_any():
    assert opened("sep=^\nsku^title^photo\nA^a,b^c") == (COLUMNS, [(3, "A", "a,b", "c")])


@pytest.mark.parametrize(
    "header",
    [
        '"sku","title","photo"',
        " SKU , Title,PHOTO ",
        '="sku",="title",="photo"',
        "\u00a0sku\u00a0,\u200btitle,photo\ufeff",
        "'sku','title','photo'",
        '"""sku""","""title""","photo"',
        '"sku\n","title","photo"',
        'sku,"title,photo',
    ],
)
def test_a_columns_name_is_what_a_person_sees(header):
    assert opened(f"{header}\nA,Dress,a.jpg\n")[0] == COLUMNS


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-16", "utf-32", "utf-8-sig"])
def test_unicode_in_any_encoding_is_told_by_the_first_bytes(encoding):
    assert opened("sku,title,photo\nA,Größe,ł.jpg\n".encode(encoding)) == (
        COLUMNS,
        [(2, "A", "Größe", "ł.jpg")],
    )


def test_the_mark_of_a_file_goes_before_the_encoding_that_is_named():
    for encoding in ("utf-8-sig", "utf-16", "cp1252"):
        data = "sku,title,photo\nA,Größe,a\n".encode(encoding)

        with open_table(io.BytesIO(data), ("sku",), COLUMNS, "cp1252") as table:
            assert next(table.rows).cells[1] == "Größe"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_in_any_way(end):
    assert opened(f"sku,title,photo{end}A,Dress,a{end}{end}B,Coat,b")[1] == [
        (2, "A", "Dress", "a"),
        (4, "B", "Coat", "b"),
    ]


def workbook(first):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            first, "application/vnd.oasis.opendocument.spreadsheet" * (first[0] == "m")
        )
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (workbook("[Content_Types].xml"), r"is an Excel workbook: .* 'CSV UTF-8'"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "is an Excel workbook of the old kind"),
        (workbook("other.txt"), "is a ZIP archive"),
        (b"\x1f\x8b\x08\0" + bytes(50), "is packed with gzip: unpack it"),
        (b"%PDF-1.7\n", "is a PDF document: give a CSV"),
        (b"SQLite format 3\0" + bytes(100), "is a SQLite database"),
        (plain_picture(), r"is a picture \(PNG\)"),
        (plain_picture(kind="JPEG"), r"is a picture \(JPEG\)"),
        (b"<html><table><tr><th>sku</th></tr></table></html>", "is a web page"),
        (b"\xef\xbb\xbf\n<!DOCTYPE html>", "is a web page"),
        (b'<?xml version="1.0"?><rss/>', "is XML"),
        (b'[{"sku": "A"}]', "is JSON"),
        (bytes(range(32)) * 90, "is no text"),
        (b"", r"is empty: its first line names the columns, 'sku' among them"),
        (b"\n\n\n", "is empty"),
        (b"id,name\nA,Dress\n", "needs a first line with the column 'sku'; .* with: id,name"),
        (b"sku,title,Title\n", "has a column twice: title"),
        (b"sku," + b"x" * MAX_LINE, "a line has at most 1000000 characters"),
        (b"sku" + b"," * 20_000 + b"\n", "has 20001 columns; a table has at most 16384"),
        (b"x" * 100_000_000, "a line has at most 1000000 characters"),
    ],
)
def test_what_is_no_table_is_told_in_one_line_that_says_what_it_is(data, what):
    with pytest.raises(BadTable, match=what) as refused:
        opened(data)

    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 300


def test_a_refused_file_is_let_go_of_and_stays_open():
    file = io.BytesIO(b"title\nDress\n")

    with pytest.raises(BadTable), open_table(file, ("sku",), COLUMNS):
        pass

    assert file.read() is not None
    assert not file.closed


class CountedLines(Lines):
    """Counts the characters that it gives, those that are given again too."""

    given = 0

    def take(self):
        line = super().take()
        self.given += len(line or "")
        return line


@pytest.mark.parametrize("cells", ['"' * 49_999, '"a",' * 12_500 + '"'])
def test_lines_of_open_marks_are_looked_at_a_bounded_number_of_times(cells):
    data = f"{cells}\n".encode() * 45

    lines = CountedLines(io.BytesIO(data))
    with lines, pytest.raises(NoHeader):
        take_header(lines, ("sku",), COLUMNS)

    assert lines.given <= 2 * MAX_LINE + 120 * 50_001


@pytest.mark.parametrize("cell", ["", "ä"])
def test_the_cells_of_wide_lines_are_looked_at_a_bounded_number_of_times(cell):
    line = ",".join([cell] * 20_000) + "\n"

    with Lines(io.BytesIO(line.encode() * 20)) as lines:
        splitter = Splitter(lines)
        named = sum(len(splitter.split(lines.take(), ",").names) for _ in range(20))

    assert named == 8 * MAX_COLUMNS


@pytest.mark.parametrize("titles", [1, 5, 18])
def test_a_header_over_lines_is_found_below_titles_with_stray_marks(titles):
    above = 'Stock of "summer and "more\n' * titles
    header = '"sku\n","title\n(German)","photo\n"\n'

    names, rows = opened(f"{above}{header}" + "A,Dress,a.jpg\n" * 500)

    assert names == ("sku", "title\n(german)", "photo")
    assert rows[0] == (titles + 5, "A", "Dress", "a.jpg")
    assert len(rows) == 500


ENCODINGS = sorted(
    {each.name for each in pkgutil.iter_modules(encodings.__path__)} | set(aliases.aliases)
)
TAKEN = sorted({codecs.lookup(name).name for name in ENCODINGS if is_encoding(name)})
NOWHERE = {
    "aliases",
    "ansi",
    "csHPRoman8",
    "dbcs",
    "mbcs",
    "oem",
}  # no encoding, or Windows' own
TEXT = "sku,title,photo\nA,Dress,a.jpg\n"


@pytest.mark.parametrize("encoding", TAKEN)
def test_a_table_is_read_in_every_encoding_that_is_taken_whatever_else_it_holds(encoding):
    written = TEXT.encode(encoding)
    noise = bytes(range(256)) * 40 + b"\xff" * 500

    with open_table(io.BytesIO(written), ("sku",), COLUMNS, encoding) as table:
        assert [row.cells for row in table.rows] == [["A", "Dress", "a.jpg"]]
    with open_table(io.BytesIO(written + noise), ("sku",), COLUMNS, encoding) as table:
        assert next(table.rows).line == 2
        assert all(row.line > 2 for row in table.rows)


def test_what_is_refused_is_no_encoding_of_tables():
    known = {codecs.lookup(name).name for name in ENCODINGS if name not in NOWHERE}

    assert known - {*TAKEN} == {
        *("base64", "bz2", "hex", "quopri", "rot-13", "uu", "zlib"),
        *("idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined"),
    }


@pytest.mark.parametrize("order", ["le", "be"])
@pytest.mark.parametrize("width", [16, 32])
def test_an_encoding_of_two_orders_is_read_in_either_without_a_mark(width, order):
    data = TEXT.encode(f"utf-{width}-{order}")

    with open_table(io.BytesIO(data), ("sku",), COLUMNS, f"UTF{width}") as table:
        assert [row.cells for row in table.rows] == [["A", "Dress", "a.jpg"]]
