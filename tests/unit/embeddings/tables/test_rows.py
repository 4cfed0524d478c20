"""Rows are told apart, and a fault stays within its row."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embeddings.tables import MAX_LINE, BrokenRecord, Record, open_table
from embeddings.tables.cells import Scan, split_line

WIDE = "sku,title,description,photo,price"


def read(text):
    with open_table(io.BytesIO(text.encode()), ("sku",), ("sku", "title")) as table:
        return list(table.rows)


def told(text):
    """Give each row's line and first cell, or the line and the reason why it is broken."""
    return [
        (each.line, each.cells[0] if isinstance(each, Record) else each.reason.split(": ")[-1])
        for each in read(text)
    ]


OPEN = "a quotation mark is opened and not closed"
TEXT = "text follows a quotation mark that closes a cell"
PART = "it follows a quotation mark that is not closed, and may be a part of that row"


def test_a_mark_that_is_never_closed_costs_its_row_of_four_hundred():
    lines = [f"Q-{number},Jeans {number},a.jpg" for number in range(400)]
    lines[7] = 'Q-7,"Slim jeans,a.jpg'

    found = read("\n".join(["sku,title,photo", *lines, ""]))

    [broken] = [each for each in found if isinstance(each, BrokenRecord)]
    assert len(found) == 400
    assert (broken.line, broken.cells[0]) == (9, "Q-7")


@pytest.mark.parametrize(
    "closing",
    [
        'Q-4,34", short,a.jpg',  # text goes on behind it
        'Q-4,34",a.jpg',  # by chance in a place where a mark can close a cell
        'Q-4,"Slim",a.jpg',
        'Q-4,34""",a.jpg',
    ],
)
def test_a_mark_that_another_row_seems_to_close_costs_its_row_alone(closing):
    table = f'sku,title,photo\nQ-1,"Slim jeans,a.jpg\nQ-2,Coat,b.jpg\nQ-3,Hat,c.jpg\n{closing}\n'

    found = told(table)

    assert found[:3] == [(2, OPEN), (3, "Q-2"), (4, "Q-3")]
    assert [line for line, _ in found] == [2, 3, 4, 5]


def test_text_behind_a_closing_mark_costs_its_row():
    assert told('sku,title\nA,"Slim" jeans\nB,34" belt\n') == [(2, TEXT), (3, "B")]


def test_a_broken_row_is_as_long_as_its_cells():
    table = f'{WIDE}\nA,"Slim" jeans,"one\ntwo",a.jpg,1\nB,Coat,,b.jpg,2\n'

    assert told(table) == [(2, TEXT), (4, "B")]


@pytest.mark.parametrize(
    "text",
    ["one\ntwo", "Soft, warm,\nlight, dry\n", "a\n\n\nb", 'the "best",\n7"', "\n", "A,B\nC,D"],
)
@pytest.mark.parametrize("place", [1, 2, 4])
def test_a_cell_goes_on_over_lines(text, place):
    row = ["A", "Dress", "long", "a.jpg", "19.90"]
    row[place] = text
    file = io.StringIO(newline="")
    csv.writer(file).writerows([WIDE.split(","), row, ["B", "Coat", "", "b.jpg", ""]])

    found = read(file.getvalue())

    assert [each.cells for each in found] == [row, ["B", "Coat", "", "b.jpg", ""]]
    assert found[1].line == 3 + text.count("\n")


def test_what_is_left_of_a_cell_that_fell_apart_is_told_and_not_taken_for_rows():
    table = f'{WIDE}\nA,Dress,"soft\nwarm\ndry,a.jpg,1\nB,Coat,"x",b.jpg,2\n'

    assert told(table) == [(2, OPEN), (3, PART), (4, PART), (5, "B")]


def test_where_every_row_leaves_out_its_last_cells_a_stray_mark_costs_one_of_them():
    lines = [f"Q-{number},Jeans" for number in range(20)]
    lines[12] = 'Q-12,"Jeans'

    found = told("\n".join([WIDE, *lines]))

    assert [line for line, what in found if what == OPEN] == [14]
    assert len(found) == 20


def test_cells_left_out_at_the_end_are_empty():
    found = read(f"{WIDE}\nA,Dress\nB\n")

    assert [each.cells for each in found] == [["A", "Dress", "", "", ""], ["B", "", "", "", ""]]


def test_empty_cells_too_many_are_no_fault_and_others_are():
    found = read("sku,title\nA,Dress,,\nB,Coat, warm\n")

    assert found[0] == Record(2, ["A", "Dress"])
    assert "has 3 cells, the first line has 2: a cell with a comma" in found[1].reason
    assert found[1].cells == ["B", "Coat", " warm"]


def test_a_line_that_is_too_long_costs_its_row():
    long = "x" * (3 * MAX_LINE)

    found = told(f'sku,title\nA,{long}\nB,Coat\nC,"{long}"\nD,Hat\n')

    assert [line for line, _ in found] == [2, 3, 4, 5]
    assert [what for _, what in found][1::2] == ["B", "D"]


@pytest.mark.parametrize("space", [" ", "   "])
def test_a_space_before_a_quotation_mark_changes_nothing(space):
    rows = f'A,{space}"Dress, ""red""",{space}"x\ny"\n{space}"B",{space}Coat 5",{space}z\n'

    found = read(f"sku,{space}title,{space}more\n{rows}")

    assert [[cell.strip() for cell in row.cells] for row in found] == [
        ["A", 'Dress, "red"', "x\ny"],
        ["B", 'Coat 5"', "z"],
    ]


@pytest.mark.parametrize("end", ["\x1a", "\r\n\x1a", "\x1a\r\n", "\x1a\x1a\x1a"])
def test_the_mark_that_ends_a_file_of_dos_is_no_row(end):
    found = read(f"sku,title\r\nA,Dress\r\n{end}")

    assert [row.cells for row in found] == [["A", "Dress"]]


def test_marks_in_every_row_stay_affordable():
    hostile = 'b","c\n' * 5_000

    found = read(f"sku,title\n{hostile}")

    assert 2_500 < len(found) <= 5_000


@settings(max_examples=200)
@given(line=st.text(alphabet='ab",\0 é', max_size=20))
def test_a_scan_reads_what_the_standard_library_reads_and_knows_where_it_refuses(line):
    scan = Scan(",")
    scan.feed(line)

    cells = split_line(line, ",")

    assert (cells is None) == (scan.is_open or scan.faults > 0)
    if cells is not None:
        assert scan.cells == cells
