"""Whatever one byte does to a table, it costs the rows that it lies in, and no other."""

import csv
import io
from contextlib import ExitStack

from hypothesis import given, settings
from hypothesis import strategies as st

from embeddings.tables import Record, open_table

COLUMNS = ("sku", "title", "description", "photo", "price")
words = st.sampled_from(
    ["soft", "Größe 34", '7" heel', "warm, dry", "a; b", "one\ntwo", "x\r\n\r\ny"]
)
prose = st.lists(words, max_size=4).map(" ".join)
prices = st.sampled_from(["19.90", "29,90", ""])
bodies = st.lists(st.tuples(prose, prose, prices), min_size=1, max_size=12)
bytes_that_mean_something = st.sampled_from(b'",;\t\n\r\x00\xff A=|')


def rows_of(bodies):
    return [
        (f"S-{number:03}", " ".join(title.split()), text, f"{number}.jpg", price)
        for number, (title, text, price) in enumerate(bodies)
    ]


def encoded(rows, delimiter, quoting, encoding):
    """Give each row's bytes, of which the first has the byte order mark."""
    for number, row in enumerate(rows):
        file = io.StringIO(newline="")
        csv.writer(file, delimiter=delimiter, quoting=quoting).writerow(row)
        yield file.getvalue().encode(encoding if number == 0 else encoding.removesuffix("-sig"))


def read(data):
    with open_table(io.BytesIO(data), ("sku",), COLUMNS) as table:
        return list(table.rows)


@settings(max_examples=150)
@given(
    bodies=bodies,
    delimiter=st.sampled_from(",;\t"),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16-le"]),
    hurt=st.integers(1, 12),
    at=st.integers(0, 400),
    byte=bytes_that_mean_something | st.integers(0, 255),
)
def test_a_damaged_byte_costs_no_more_than_its_own_rows(
    bodies, delimiter, quoting, encoding, hurt, at, byte
):
    rows = rows_of(bodies)
    parts = [*map(bytearray, encoded([COLUMNS, *rows], delimiter, quoting, encoding))]
    hurt = min(hurt, len(rows))
    parts[hurt][at % len(parts[hurt])] = byte

    found = read(b"".join(parts))

    # The row below goes with this one where the mark or the line's end between them is gone.
    others = {row for number, row in enumerate(rows, 1) if number not in (hurt, hurt + 1)}
    assert others <= {tuple(each.cells) for each in found if isinstance(each, Record)}
    assert len(found) >= len(rows) - 1
    begins = [each.line for each in found]
    assert begins == sorted(set(begins))


@settings(max_examples=100)
@given(
    bodies=bodies,
    delimiter=st.sampled_from(",;\t"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-32"]),
)
def test_a_whole_table_is_read_as_it_was_written(bodies, delimiter, encoding):
    rows = rows_of(bodies)
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=delimiter).writerows([COLUMNS, *rows])

    found = read(file.getvalue().encode(encoding))

    assert [tuple(each.cells) for each in found] == rows


@settings(max_examples=100)
@given(data=st.binary(max_size=300))
def test_bytes_of_any_kind_below_a_header_are_rows_or_their_faults(data):
    found = read(b"sku,title\n" + data)

    assert all(len(each.cells) == 2 or each.reason for each in found)


def test_a_table_that_is_left_early_leaves_its_file_as_it_is():
    file = io.BytesIO(b"sku\nA\nB\n")

    with ExitStack() as stack:
        table = stack.enter_context(open_table(file, ("sku",), COLUMNS))
        next(table.rows)

    assert not file.closed
