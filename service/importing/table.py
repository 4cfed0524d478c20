"""Reads the rows of a product table as a stream, however spreadsheets wrote it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from catalog.errors import BadSource
from embeddings.errors import BadTable, NoHeader
from embeddings.tables import BrokenRecord, Header, Record, open_table, shown
from service.importing.columns import COLUMNS, hint_at, notes_on
from service.importing.report import RowError, RowNote


@dataclass(frozen=True, slots=True)
class TableRow:
    """The cells of one row by column, unknown columns too; nothing is checked yet."""

    line: int
    cells: dict[str, str]
    fault: str | None = None  # of the row as a whole


def read_table(
    file: BinaryIO, name: str, encoding: str | None = None
) -> Iterator[TableRow | RowNote | RowError]:
    """Read a CSV row by row; one that cannot be split into cells has that as its fault.

    What is to be told of the columns comes first, as notes. `encoding` is that of a file which
    does not tell its own.

    Raises:
        BadSource: it is no CSV with a column `sku`; `name` is how the message calls it.
    """
    try:
        with open_table(file, ("sku",), COLUMNS, encoding) as table:
            yield from notes_on(table.header.line, table.header.names)
            is_empty = True
            for row in table.rows:
                is_empty = False
                yield _row(row, table.header)
            if is_empty:
                told = "no row stands below the columns: nothing changes"
                yield RowNote(table.header.line, "", told)
    except NoHeader as error:
        raise BadSource(f"{name} {error}{hint_at('sku', error.cells)}") from error
    except BadTable as error:
        raise BadSource(f"{name} {error}") from error


def _row(row: Record | BrokenRecord, header: Header) -> TableRow:
    fault, cells = None, row.cells
    if isinstance(row, BrokenRecord):
        fault = row.reason
        last = len(header.names) - 1
        if len(cells) > last:  # all that came is written out again, to be mended
            cells = [*cells[:last], header.delimiter.join(cells[last:])]
    elif any(cell.strip() for name, cell in zip(header.names, cells, strict=True) if not name):
        fault = "the row has a cell under no column's name"
    return TableRow(row.line, dict(zip(header.names, map(shown, cells), strict=False)), fault)
