"""A table as text: CSV and its relatives."""

from collections.abc import Iterator
from typing import BinaryIO

from embeddings.tables import BrokenRecord, Header, Record, open_table, shown
from service.importing.raw.patience import ends_here
from service.importing.raw.row import Fits, RawRow


class TextTable:
    """The rows of a CSV, which can be gone through more than once."""

    notes: tuple[str, ...] = ()

    def __init__(
        self, file: BinaryIO, fits: Fits, known: tuple[str, ...], encoding: str | None
    ) -> None:
        """Find the columns. Raises: BadTable."""
        self._file, self._fits, self._known, self._encoding = file, fits, known, encoding
        with open_table(file, ("sku",), known, encoding, fits) as table:
            self._header = table.header

    @property
    def names(self) -> tuple[str, ...]:
        """The columns, as `name_of` names them; empty where one has no name."""
        return self._header.names

    @property
    def line(self) -> int:
        """Where the columns stand."""
        return self._header.line

    def __iter__(self) -> Iterator[RawRow]:
        with open_table(
            self._file, ("sku",), self._known, self._encoding, self._fits, ends_here
        ) as table:
            for row in table.rows:
                yield _row(row, table.header)


def _row(row: Record | BrokenRecord, header: Header) -> RawRow:
    fault, cells = None, row.cells
    if isinstance(row, BrokenRecord):
        fault = row.reason
        last = len(header.names) - 1
        if len(cells) > last:  # all that came is written out again, to be mended
            cells = [*cells[:last], header.delimiter.join(cells[last:])]
    elif any(cell.strip() for name, cell in zip(header.names, cells, strict=True) if not name):
        fault = "the row has a cell under no column's name"
    return RawRow(row.line, dict(zip(header.names, map(shown, cells), strict=False)), fault)
