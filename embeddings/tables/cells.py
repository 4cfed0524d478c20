"""Splits lines into cells, as RFC 4180 says, and tells where a file does not keep to it.

https://www.rfc-editor.org/rfc/rfc4180
"""

import csv


def split_line(line: str, delimiter: str) -> list[str] | None:
    """Split a line that is a row of its own; None where its quotation marks say otherwise."""
    line = line.rstrip("\r\n")
    if '"' not in line:
        return line.split(delimiter)
    if ' "' in line:  # the standard library knows no space before a mark
        scan = Scan(delimiter)
        scan.feed(line)
        return None if scan.is_open or scan.faults else scan.cells
    try:
        return next(csv.reader((line,), delimiter=delimiter, strict=True))
    except csv.Error:
        return None


class Scan:
    """Follows the quotation marks of one row, over as many lines as it takes.

    Who types a space behind each comma means the marks behind it all the same.
    After each line, `is_open` says that a cell goes on in the next one, and `faults` counts the
    closing marks that text follows; such text is taken as it stands.
    """

    def __init__(self, delimiter: str) -> None:
        self.cells: list[str] = []
        self.is_open = False
        self.faults = 0
        self._delimiter = delimiter
        self._parts: list[str] = []  # of the cell that is open

    def feed(self, line: str) -> None:
        """Take the row's next line, with what ends it."""
        at, end = 0, len(line.rstrip("\r\n"))
        while True:
            if self.is_open:
                at = self._quoted(line, at)
                if self.is_open:  # also where the line ends
                    return
            elif line.startswith('"', mark := _past_spaces(line, at, end), end):
                self.is_open = True
                at = mark + 1
                continue
            at = self._plain(line, at, end)
            if at > end:
                return

    def _quoted(self, line: str, at: int) -> int:
        """Take up to the mark that closes the cell, and give where it goes on."""
        while (mark := line.find('"', at)) >= 0:
            self._parts.append(line[at:mark])
            if not line.startswith('"', mark + 1):
                self.is_open = False
                return mark + 1
            self._parts.append('"')
            at = mark + 2
        self._parts.append(line[at:])
        return len(line)

    def _plain(self, line: str, at: int, end: int) -> int:
        """Take up to the delimiter, end the cell, and give where the next one begins."""
        stop = line.find(self._delimiter, at, end)
        stop = end if stop < 0 else stop
        self.faults += bool(self._parts) and stop > at
        self.cells.append("".join((*self._parts, line[at:stop])))
        self._parts = []
        return stop + 1


def _past_spaces(line: str, at: int, end: int) -> int:
    while line.startswith(" ", at, end):
        at += 1
    return at
