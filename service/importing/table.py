"""Reads the rows of a CSV as a stream, however spreadsheets wrote it."""

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from catalog.errors import BadRow, BadSource
from service.importing.report import ABOUT_ROWS, RowError, RowNote
from service.spreadsheet import unescape_cell

COLUMNS = ("sku", "title", "photo", "url", "price", "currency", "stock", "category", "decided_by")
# An export or a file of refused rows has them; an import does not need them, or only itself.
EXPORTED = ("decided_at", "confidence", "photo_digests", *ABOUT_ROWS)
MAX_LINE = 1_000_000  # characters; whoever has longer lines has no CSV
_DELIMITERS = ",;\t"


@dataclass(frozen=True, slots=True)
class TableRow:
    """The cells of one row by column, unknown columns too; nothing is checked yet."""

    line: int
    cells: dict[str, str]
    fault: str | None = None  # of the row as a whole


def read_table(file: BinaryIO, name: str) -> Iterator[TableRow | RowNote | RowError]:
    """Read a CSV row by row; one that cannot be split into cells comes as its error.

    What is to be told of the columns comes first, as notes.

    Commas, semicolons or tabs; UTF-8 with or without a byte order mark, or UTF-16 with one.

    Raises:
        BadSource: it is no CSV with a column `sku`; `name` is how the message calls it.
    """
    lines = _lines(file, name)
    header = next(lines, "")
    delimiter = _delimiter_of(header, name)
    rows = _rows(header, lines, delimiter, name)
    _, names = next(rows)
    assert not isinstance(names, BadRow)
    columns = [cell.strip().lower() for cell in names]
    _check_header(columns, name)
    for column in columns:
        if column and column not in COLUMNS + EXPORTED:
            known = ", ".join(COLUMNS)
            reason = f"the column '{column[:60]}' is unknown and left out; there are {known}"
            yield RowNote(1, "", reason)
    for line, cells in rows:
        if isinstance(cells, BadRow):
            yield RowError(line, "", str(cells))
        elif any(cell.strip() for cell in cells):
            yield _row(line, columns, cells)


def count_rows(file: BinaryIO) -> int:
    """Estimate how many rows a CSV has, by its lines, and go back to its beginning."""
    lines = sum(part.count(b"\n") for part in iter(lambda: file.read(1 << 20), b""))
    file.seek(0)
    return max(0, lines - 1)


def _lines(file: BinaryIO, name: str) -> Iterator[str]:
    start = file.read(3)
    wide = start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    file.seek(0)
    # Undecodable bytes come as surrogates, so that one bad row is that row's error alone.
    errors = "strict" if wide else "surrogateescape"
    encoding = "utf-16" if wide else "utf-8-sig"
    text = io.TextIOWrapper(file, encoding, errors, newline="")
    try:
        while line := text.readline(MAX_LINE):
            if len(line) == MAX_LINE:
                raise BadSource(f"{name} is no CSV: a line has at most {MAX_LINE} characters")
            yield line
    except UnicodeError as error:
        raise BadSource(f"{name} is damaged: it begins as UTF-16 and does not go on so") from error
    finally:
        text.detach()


def _delimiter_of(header: str, name: str) -> str:
    for delimiter in _DELIMITERS:
        cells = next(csv.reader([header], delimiter=delimiter), [])
        if "sku" in (cell.strip().lower() for cell in cells):
            return delimiter
    known = ", ".join(COLUMNS)
    raise BadSource(f"{name} needs a first line with the column 'sku'; the columns are {known}")


def _check_header(columns: list[str], name: str) -> None:
    twice = sorted({column for column in columns if column and columns.count(column) > 1})
    if twice:
        raise BadSource(f"{name} has a column twice: {', '.join(twice)}")


def _rows(
    header: str, lines: Iterator[str], delimiter: str, name: str
) -> Iterator[tuple[int, list[str] | BadRow]]:
    """Give each row with the number of the line where it begins."""

    def all_lines() -> Iterator[str]:
        yield header
        yield from lines

    reader = csv.reader(all_lines(), delimiter=delimiter, strict=True)
    while True:
        begins = reader.line_num + 1
        try:
            yield begins, next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if begins == 1:
                raise BadSource(f"{name} is no CSV: {error}") from error
            open_quote = "limit" in str(error) or "end of data" in str(error)
            reason = "a quotation mark is opened and not closed" if open_quote else error
            yield begins, BadRow(f"the row cannot be split into cells: {reason}")


def _row(line: int, columns: list[str], cells: list[str]) -> TableRow:
    fault = None
    if len(cells) != len(columns):
        fault = f"the row has {len(cells)} cells, the first line has {len(columns)}"
    elif any(cell.strip() for name, cell in zip(columns, cells, strict=True) if not name):
        fault = "the row has a cell under no column's name"
    given = dict(zip(columns, map(unescape_cell, cells), strict=False))
    return TableRow(line, given, fault)
