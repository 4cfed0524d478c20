"""Tells rows apart, and where a quotation mark breaks one, holds the fault within it."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from embeddings.tables.cells import Scan, split_line
from embeddings.tables.header import Header
from embeddings.tables.lines import MAX_LINE, Lines, TooLong

MAX_ROW = MAX_LINE  # characters, over all of a row's lines

_END_OF_FILE = "\x1a\r\n"  # of DOS, which programs of its time still write
_LOOK = 1_000  # empty lines between two looks whether to go on
_FEW = 4  # rows, of which one that fell apart may be several


@dataclass(frozen=True, slots=True)
class Record:
    """One row."""

    line: int  # where it begins, from 1
    cells: list[str]  # as the file has them, one for each column


@dataclass(frozen=True, slots=True)
class BrokenRecord:
    """One row that cannot be told apart into cells, and why."""

    line: int  # where it begins, from 1
    cells: list[str]  # of its first line, as well as they can be told
    reason: str


def rows_below(
    lines: Lines, header: Header, ends_here: Callable[[], bool] = lambda: False
) -> Iterator[Record | BrokenRecord]:
    """Yield the rows below a header, without the empty ones.

    Whoever reads stops as it likes between rows; among empty ones `ends_here` is asked.

    A cell may go on over lines. But if its closing mark never comes, or comes in a place where
    none can be, or if what it would swallow looks like rows, then the mark that opened it is the
    fault of the row where it stands, and the lines below are rows of their own.
    """
    return iter(_Rows(lines, header, ends_here))


class _Rows:
    def __init__(self, lines: Lines, header: Header, ends_here: Callable[[], bool]) -> None:
        self._lines = lines
        self._ends_here = ends_here
        self._empty = 0
        self._delimiter = header.delimiter
        self._width = len(header.names)
        self._is_quoted = header.is_quoted
        self._spaced = any(cell.startswith(" ") for cell in header.written[1:])
        self._seen: Counter[int] = Counter()  # how many rows have so many cells

    def __iter__(self) -> Iterator[Record | BrokenRecord]:
        while (line := self._lines.take()) is not None:
            begins = self._lines.number
            if isinstance(line, TooLong):
                yield self._broken(begins, line, f"a line has at most {MAX_LINE} characters")
                continue
            cells = split_line(line, self._delimiter) if line.strip(_END_OF_FILE) else []
            if cells is None:
                yield from self._with_marks(begins, line)
            elif any(map(str.strip, cells)):
                yield self._fitted(begins, cells)
            else:
                self._empty += 1  # a file may have millions of them
                if self._empty % _LOOK == 0 and self._ends_here():
                    return

    def _fitted(self, begins: int, cells: list[str]) -> Record | BrokenRecord:
        """Make a row as wide as the header, where that loses nothing."""
        surplus = len(cells) - self._width
        if surplus > 0 and any(map(str.strip, cells[self._width :])):
            return BrokenRecord(
                begins,
                cells,
                f"the row has {len(cells)} cells, the first line has {self._width}: a cell with "
                f"{_NAMES.get(self._delimiter, self._delimiter)} in it stands in quotation marks",
            )
        self._seen[len(cells)] += 1
        return Record(begins, cells[: self._width] + [""] * -surplus)

    def _with_marks(self, begins: int, line: str) -> Iterator[Record | BrokenRecord]:
        """Read a row whose quotation marks do not end with its first line, or make no sense."""
        scan = Scan(self._delimiter)
        scan.feed(line)
        faults, size = scan.faults, len(line)
        ahead: list[str] = []
        while self._may_go_on(scan, faults, size) and (more := self._lines.take()) is not None:
            ahead.append(more)
            if isinstance(more, TooLong):
                break
            size += len(more)
            scan.feed(more)
        if scan.is_open or scan.faults > faults or self._swallows(line, ahead, scan.cells):
            self._lines.give_back(ahead)
            yield self._broken(begins, line, "a quotation mark is opened and not closed")
            yield from self._out_of_step(len(ahead))
        elif faults and not ahead and len(bare := self._bare(line)) == self._width:
            self._seen[self._width] += 1
            yield Record(begins, bare)
        elif faults:
            yield self._broken(begins, line, "text follows a quotation mark that closes a cell")
        elif any(map(str.strip, scan.cells)):
            yield self._fitted(begins, scan.cells)

    def _bare(self, line: str) -> list[str]:
        """Split a line with tabs as if quotation marks meant nothing: feeds have `"Slim" jeans`."""
        return line.rstrip("\r\n").split("\t") if self._delimiter == "\t" else []

    def _may_go_on(self, scan: Scan, faults: int, size: int) -> bool:
        # Each row looks no further ahead than this, so that marks in every row stay affordable.
        return (
            scan.is_open
            and scan.faults == faults
            and size <= MAX_ROW
            and len(scan.cells) <= 2 * self._width
        )

    def _swallows(self, line: str, ahead: list[str], cells: list[str]) -> bool:
        """Return whether a cell over several lines is made of rows."""
        if not ahead:
            return False
        if len(cells) > self._width and any(map(str.strip, cells[self._width :])):
            return True
        if self._is_quoted and line.startswith('"'):
            return False  # a row's first mark would have closed the cell before its text
        alike = sum(map(self._looks_whole, ahead))
        return self._looks_whole(line) and alike * 2 > len(ahead)

    def _looks_whole(self, line: str) -> bool:
        """Return whether a line has as many cells as a row, if its quotation marks mean nothing."""
        cells = line.rstrip("\r\n").split(self._delimiter)
        if len(cells) < 2 or not self._is_usual(len(cells)):
            return False
        # In prose a space follows a comma.
        return self._spaced or not any(cell.startswith(" ") for cell in cells[1:])

    def _is_usual(self, width: int) -> bool:
        """Return whether rows have so many cells: programs leave out empty ones at the end."""
        seen = self._seen[width]
        return width == self._width or (seen > _FEW and seen * 2 > self._seen.total())

    def _out_of_step(self, reach: int) -> Iterator[BrokenRecord]:
        """Refuse what may be the rest of a broken cell: lines up to one that looks like a row."""
        for _ in range(reach):
            line = self._lines.take()
            if line is None:
                return
            cells = split_line(line, self._delimiter)
            if isinstance(line, TooLong) or cells is None or self._is_usual(len(cells)):
                self._lines.give_back([line])
                return
            if any(map(str.strip, cells)):
                yield self._broken(
                    self._lines.number,
                    line,
                    "it follows a quotation mark that is not closed, and may be a part of that row",
                )

    def _broken(self, begins: int, line: str, why: str) -> BrokenRecord:
        cells = line.rstrip("\r\n").split(self._delimiter)
        return BrokenRecord(begins, cells, f"the row cannot be split into cells: {why}")


_NAMES = {",": "a comma", ";": "a semicolon", "\t": "a tab", "|": "a bar"}
