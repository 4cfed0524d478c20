"""Splits a line that may name the columns, in time that grows with the file and no faster.

A header may stretch over lines, so each line with an open quotation mark is read on, once for each
delimiter. What all lines together may cost is bounded: with the bound spent, a line is what it is
without its marks, and its cells are no names.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from embeddings.files import names
from embeddings.tables.cells import Scan, split_line
from embeddings.tables.lines import MAX_LINE, Lines
from embeddings.tables.shown import shown

MAX_COLUMNS = 16_384  # as many as a spreadsheet has
_LINES = 20  # that the names of columns may stretch over
_LONGEST = 1_000  # characters of a name that are looked at
_SCANNED = 2 * MAX_LINE  # characters, of whatever may stretch over lines
_NAMED = 8 * MAX_COLUMNS  # cells
_UNREAD = re.compile(r"\\ud[89a-f][0-9a-f]{2}")  # as a name has what its encoding does not


@dataclass(frozen=True, slots=True)
class Split:
    """A line split by one delimiter, with those after it where a cell goes on in them."""

    delimiter: str
    cells: list[str]
    names: tuple[str, ...]  # at most a few more than a table has
    more: int  # lines after the first


class Splitter:
    """Splits the lines of one file until it finds the header."""

    def __init__(self, lines: Lines) -> None:
        """Look ahead in `lines`, and give back what was looked at."""
        self._lines = lines
        self._may_scan = _SCANNED
        self._may_name = _NAMED

    def split(self, line: str, delimiter: str) -> Split:
        """Split the line that was taken last."""
        cells, more = split_line(line, delimiter), 0
        if cells is None:
            cells, more = self._over_lines(line, delimiter)
        named = cells[: min(MAX_COLUMNS + 1, self._may_name)]
        self._may_name -= len(named)
        return Split(delimiter, cells, tuple(map(name_of, named)), more)

    def _over_lines(self, line: str, delimiter: str) -> tuple[list[str], int]:
        scan = Scan(delimiter)
        ahead: list[str] = []
        if is_affordable := self._pays_for(line):
            scan.feed(line)
        while is_affordable and scan.is_open and len(ahead) < _LINES:
            if (more := self._lines.take()) is None:
                break
            ahead.append(more)
            if is_affordable := self._pays_for(more):
                scan.feed(more)
        self._lines.give_back(ahead)
        if not is_affordable or scan.is_open or scan.faults:
            return line.rstrip("\r\n").split(delimiter), 0
        return scan.cells, len(ahead)

    def _pays_for(self, line: str) -> bool:
        self._may_scan -= len(line)
        return self._may_scan >= 0


def name_of(cell: str) -> str:
    """Return a column's name as it is compared: without case, quotes and what nobody sees."""
    text = shown(cell[:_LONGEST]).encode("utf-8", "backslashreplace").decode()
    return names.key(names.clean(text).strip("\"'"))


def is_read(name: str) -> bool:
    """Return whether every letter of a column's name was read in its encoding."""
    return _UNREAD.search(name) is None


def in_part(name: str) -> str:
    """Show what was read of a column's name, with a mark in place of the rest."""
    return _UNREAD.sub("\ufffd", name)


def shown_columns(names: Sequence[str]) -> list[str]:
    """Show the names of columns, of which letters may be undecoded; they stay different names."""
    times = Counter(map(in_part, names))
    return [in_part(name) if times[in_part(name)] == 1 else name for name in names]
