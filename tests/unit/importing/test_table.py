import io
import re
from itertools import count

import pytest

from catalog.errors import BadSource
from embeddings.tables import MAX_LINE
from service.importing.cells import rows_of
from service.importing.raw import rows_ahead
from service.importing.raw.patience import looking
from service.importing.report import RowError, RowNote
from service.importing.table import TableRow, read_table


def table(data):
    raw = data if isinstance(data, bytes) else data.encode()
    return list(read_table(io.BytesIO(raw), "stock.csv"))


def only_row(data):
    """Give the one row of a table, its cells without the spaces and the empty ones."""
    [row] = table(data)
    assert row.fault is None
    return row.line, {name: cell.strip() for name, cell in row.cells.items() if name}


@pytest.mark.parametrize(
    "data",
    [
        "sku,title\nA,Dress\n",
        "sku,title\r\nA,Dress\r\n",
        "sku,title\rA,Dress\r",
        "sku;title\nA;Dress",
        "sku\ttitle\nA\tDress",
        "SKU, Title \n A , Dress ",
        '"sku","title"\n"A","Dress"\n',
        "sku,title,,\nA,Dress,,\n",
        "sku,title\nA,Dress\n\n,\n",
        "\ufeffsku,title\nA,Dress\n",
        "sku,title\nA,Dress\n".encode("utf-16"),
        "sku;title\r\nA;Dress\r\n".encode("utf-16-be").join([b"\xfe\xff", b""]),
    ],
)
def test_a_table_is_read_however_a_spreadsheet_wrote_it(data):
    assert only_row(data) == (2, {"sku": "A", "title": "Dress"})


def test_lines_are_those_of_the_file_where_a_cell_spans_two():
    rows = table('sku,title,description\nA,Dress,"one\ntwo"\n\nB,Coat,\nC\n')

    assert isinstance(rows[0], RowNote)
    assert [(row.line, row.cells["sku"]) for row in rows[1:]] == [(2, "A"), (5, "B"), (6, "C")]
    assert [row.fault for row in rows[1:]] == [None, None, None]


def test_columns_in_another_encoding_are_told_in_one_line_with_what_to_do():
    told, unknown, *rows = table("sku;Größe;Länge;fabric\nA;M;3;wool\n".encode("cp1252"))

    assert told.note.startswith("left out, as no UTF-8, are the columns 'gr\ufffd\ufffde'")
    assert "'l\ufffdnge': save the file as 'CSV UTF-8', or say which encoding it has" in told.note
    assert "--encoding cp1252" in told.note
    assert "fabric" in unknown.note
    assert [row.line for row in rows] == [2]


def test_an_unknown_column_is_told_once_and_its_cells_come_along():
    note, *rows = table("sku,title,pirce\nA,Dress,9\nB,Coat,8\n")

    assert (note.line, note.sku) == (1, "")
    assert "'pirce' is unknown" in note.note
    assert rows == [
        TableRow(2, {"sku": "A", "title": "Dress", "pirce": "9"}),
        TableRow(3, {"sku": "B", "title": "Coat", "pirce": "8"}),
    ]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"A,Dress,7", "the row has 3 cells, the first line has 2"),
        (b"A,Dr\xe9ss", "the title is not UTF-8"),
        (b"A\xff,Dress", "the sku is not UTF-8"),
        (b"A,Dre\x00ss", r"control character \(U\+0000\)"),
        (b"A,Dre\x1b[2Jss", r"control character \(U\+001B\)"),
        ("A,Dre\u202ess".encode(), r"control character \(U\+202E\)"),
        (b'A,"Dre\nss"', r"control character \(U\+000A\)"),
        (b"A," + b"x" * 201, "the title has at most 200 characters, this one has 201"),
        (b"x" * 65 + b",Dress", "the sku has at most 64 characters, this one has 65"),
        (b'A,"Dress"x', "cannot be split into cells"),
    ],
)
def test_a_row_that_breaks_a_rule_is_reported_and_the_next_one_read(line, reason):
    bad, good = rows_of(table(b"sku,title\n" + line + b"\nB,Coat\n"))

    error = bad if isinstance(bad, RowError) else bad.error()
    assert (error.line, good.sku, good.faults) == (2, "B", {})
    assert re.search(reason, error.reason)


def test_a_quotation_mark_that_is_never_closed_is_told_where_it_is_opened():
    rows = table('sku,title\nA,Dress\nB,"Coat\nC,Bag\n')

    assert [(row.line, row.cells["sku"]) for row in rows] == [(2, "A"), (3, "B"), (4, "C")]
    assert "opened and not closed" in rows[1].fault
    assert rows[0].fault is rows[2].fault is None


def test_all_that_came_in_a_row_with_too_many_cells_comes_along():
    [row] = table("sku,title\nA,Dress, long, red\n")

    assert "the row has 4 cells" in row.fault
    assert row.cells == {"sku": "A", "title": "Dress, long, red"}


def test_what_a_file_of_refused_rows_says_of_others_is_no_row():
    data = "line,reason,sku,title\n2,no price,A,Dress\n,and 4 more,,\n7,no sku,,\n"

    rows = table(data)

    assert [(row.line, row.cells["reason"]) for row in rows] == [(2, "no price"), (4, "no sku")]


def test_a_cell_under_no_name_is_reported():
    [row] = table("sku,title,\nA,Dress,7\n")

    assert "under no column's name" in row.fault


@pytest.mark.parametrize("data", ["sku,title", "Stock of May\n\nsku,title\n", "sku,title\n,\n\n"])
def test_a_table_of_headings_alone_is_told(data):
    [note] = table(data)

    assert note.note == "no row stands below the columns: nothing changes"


def test_an_apostrophe_that_an_export_put_before_a_formula_is_taken_away():
    [row] = table("sku,title\n'-7,'=1+1\n")

    assert row.cells == {"sku": "-7", "title": "=1+1"}


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ("", "is empty"),
        ("title,photo\nDress,a.png\n", "the column 'sku'"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9, "is a picture"),
        ("sku,title,title\nA,b,c\n", "a column twice: title"),
        ("sku," + "x" * MAX_LINE, "a line has at most"),
    ],
)
def test_a_file_that_is_no_table_is_refused_as_a_whole(data, reason):
    with pytest.raises(BadSource, match=reason):
        table(data)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", [True, False])
def test_rows_are_counted_ahead_whether_the_last_line_is_ended_or_not(encoding, end, last):
    file = io.BytesIO((end.join(["sku", "A", "B"]) + end * last).encode(encoding))

    assert rows_ahead(file) == 2
    assert file.tell() == 0


@pytest.mark.parametrize(
    ("data", "rows"),
    [
        (b"", 0),
        (b"sku,title", 0),
        (b'{"sku":"A"}\n{"sku":"B"}', 2),
        (b'{"sku":"A"}\n{"sku":"B"}\n', 2),
        (b'sku,body\nA,"<p>\n""one""\n</p>"\nB,two\n', 2),
        (b'sku,title\nA,Belt 30"\nB,Belt\nC,Belt', 3),  # inches
        (b'sku,body\nA,"' + b"x\n" * 600_000 + b'"\nB,"\n"', 2),  # more than is read at a time
        (b"<rss>\n<channel>\n<item/>\n</channel>\n</rss>\n", None),
    ],
)
def test_a_line_is_counted_where_it_is_a_row(data, rows):
    assert rows_ahead(io.BytesIO(data)) == rows


@pytest.mark.parametrize(
    ("head", "row", "empty"),
    [
        ("sku,title\n", "A,Dress\n", "\n"),
        ("sku,title\n", "A,Dress\n", " , \n"),
        ("sku,title\n", "A,Dress\n", '"",""\n'),
        ("", '{"sku":"A","title":"Dress"}\n', " \n"),
        (
            "handle,title,variant sku,variant price,image src,option1 name\n",
            "a,Dress,A,9,http://x/a.png,Title\n",
            "a,,,,,\n",
        ),
    ],
)
def test_whoever_looks_goes_over_rows_that_say_nothing_no_longer_than_it_waits(head, row, empty):
    file = io.BytesIO((head + row + empty * 3_000 + row).encode())

    every = [each.line for each in read_table(file, "stock") if isinstance(each, TableRow)]
    asked = count()
    with looking(lambda: next(asked) > 0) as patience:
        some = [each.line for each in read_table(file, "stock") if isinstance(each, TableRow)]

    begin = 2 if head else 1
    assert every == [begin, begin + 3_001]
    assert some == [begin]
    assert patience.has_ended
    assert next(asked) < 10
