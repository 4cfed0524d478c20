"""What the XML of a workbook may hold, told by its bytes before a parser makes anything of them.

Parsers take a hundred times as long over an element as it takes to pack it. Excel's own limits:
https://support.microsoft.com/office/1672b34d-7043-467e-8e27-269d656771c3
"""

import re
from itertools import pairwise
from typing import IO

from embeddings.errors import BadTable
from embeddings.tables.naming import MAX_COLUMNS

MAX_ROWS = 1_048_576  # that a sheet has
MAX_SHEETS = 1_000
MAX_TAGS = 100_000  # of all that says how cells look and which sheets there are
_TAGS_OF_PART = 2_000_000  # of another part that is held whole, such as where pictures lie
_TAGS_OF_ROW = 1_000_000  # of one row, or of all that stands behind the rows
_BYTES_OF_ROW = 16 * 2**20  # likewise
_SHORT = 4 * MAX_COLUMNS  # bytes: a row of fewer has no more cells than it may
_TAGS_OF_STRINGS = 100_000  # of texts, and besides, as many as their bytes pay for
_TAGS_PER_BYTE = 3  # as they are packed; of texts that differ one has 4, and 3 bytes or more
_MOST_OF_STRINGS = 16_000_000  # whatever they pay
OTHERWISE = "save the sheet that is meant as 'CSV UTF-8'"
_LONGEST_NAME = 200  # bytes
_ROW = re.compile(rb"<(?:[^\s<>/:]+:)?row[\s/>]")
_CELL = re.compile(rb"<(?:[^\s<>/:]+:)?c[\s/>]")


def check_part(data: bytes, name: str) -> bytes:
    """Give a part that is held whole. Raises: BadTable: it has too many tags."""
    if data.count(b"<") > _TAGS_OF_PART:
        raise BadTable(f"has more than {_TAGS_OF_PART} tags in '{name[:80]}'")
    return data


class CheckedSheet:
    """The bytes of a sheet, which end with an error where no sheet has so much."""

    def __init__(self, file: IO[bytes], name: str) -> None:
        """Read on from `file`; `name` is what a message calls it."""
        self._file = file
        self._name = name[:80]
        self._kept = b""
        self._rows = self._bytes = self._tags = self._cells = 0  # since the last row began

    def __enter__(self) -> "CheckedSheet":
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def read(self, size: int = -1) -> bytes:
        """Read on. Raises: BadTable."""
        data = self._file.read(size)
        # A sheet in UTF-16 has a zero beside each letter of a tag.
        text = self._kept + (data.replace(b"\0", b"") if b"\0" in data else data)
        cut = text.rfind(b"<", max(0, len(text) - _LONGEST_NAME)) if data else -1
        self._kept = text[cut:] if cut >= 0 else b""  # it may be half of a tag
        self._check(text[:cut] if cut >= 0 else text)
        return data

    def _check(self, data: bytes) -> None:
        begins = [found.start() for found in _ROW.finditer(data)]
        self._rows += len(begins)
        if self._rows > MAX_ROWS:
            raise BadTable(f"has more than {MAX_ROWS} rows in '{self._name}'; a sheet has no more")
        self._add(data[: begins[0]] if begins else data)
        for begin, end in pairwise([*begins, len(data)]):
            self._bytes = self._tags = self._cells = 0
            if end - begin >= _SHORT or end == len(data):
                self._add(data[begin:end])

    def _add(self, piece: bytes) -> None:
        self._bytes += len(piece)
        self._tags += piece.count(b"<")
        self._cells += len(_CELL.findall(piece))
        for count, most, what in (
            (self._bytes, _BYTES_OF_ROW, "bytes in or behind"),
            (self._tags, _TAGS_OF_ROW, "tags in or behind"),
            (self._cells, MAX_COLUMNS, "cells in"),
        ):
            if count > most:
                raise BadTable(f"has more than {most} {what} a row of '{self._name}'")


class CheckedStrings:
    """The bytes of the texts that sheets share, which end with an error if they are too many."""

    def __init__(self, file: IO[bytes], packed: int) -> None:
        """Read on from `file`, which has so many bytes as it is packed."""
        self._file = file
        self._most = min(_TAGS_OF_STRINGS + _TAGS_PER_BYTE * packed, _MOST_OF_STRINGS)
        self._tags = 0

    def read(self, size: int = -1) -> bytes:
        """Read on. Raises: BadTable."""
        data = self._file.read(size)
        self._tags += data.count(b"<")
        if self._tags > self._most:
            raise BadTable(
                f"has more than {self._most} tags in its texts, which are too many or packed too "
                f"closely: {OTHERWISE}"
            )
        return data
