"""Spreadsheet programs, as far as they open a CSV and save it again.

None can be run here; what they do with the bytes is written down from their manuals and from files
that they wrote. On opening a CSV by a double click, Excel takes it for UTF-8 only if it begins with
a byte order mark, else for the code page of the country (Windows-1252 in Western Europe). It makes
numbers of what looks like numbers, whereby zeros in front and at the end go. On saving, a cell is
in quotation marks only if it must be, lines end in CR LF, and the country decides on the delimiter
and the decimal point. LibreOffice takes what its dialogue is told, here UTF-8 and commas; it saves
without a mark and ends lines in LF.
"""

import csv
import io
import re
from dataclasses import dataclass

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


@dataclass(frozen=True)
class Spreadsheet:
    """One program in one country, with one kind of file that it saves."""

    name: str
    encoding: str
    delimiter: str = ","
    decimal: str = "."
    line_end: str = "\r\n"
    quotes_all: bool = False

    def opened(self, data: bytes) -> list[list[str]]:
        """Give the cells as the program shows them; the file was opened with its own commas."""
        marked = data.startswith(b"\xef\xbb\xbf")
        known = marked or self.name.startswith("LibreOffice")
        text = data.decode("utf-8-sig" if known else "cp1252")
        return [
            [self._shown(cell) for cell in row] for row in csv.reader(io.StringIO(text, newline=""))
        ]

    def saved(self, rows: list[list[str]]) -> bytes:
        """Write the cells."""
        file = io.StringIO(newline="")
        writer = csv.writer(
            file,
            delimiter=self.delimiter,
            lineterminator=self.line_end,
            quoting=csv.QUOTE_ALL if self.quotes_all else csv.QUOTE_MINIMAL,
        )
        writer.writerows(rows)
        return file.getvalue().encode(self.encoding, "replace")

    def _shown(self, cell: str) -> str:
        if not _NUMBER.fullmatch(cell):
            return cell
        number = cell.strip("0") if "." in cell else cell.lstrip("0") or "0"
        number = f"0{number}" if number.startswith(".") else number
        return number.rstrip(".").replace(".", self.decimal)


PROGRAMS = (
    Spreadsheet("Excel, CSV UTF-8", "utf-8-sig"),
    Spreadsheet("Excel in German, CSV UTF-8", "utf-8-sig", ";", ","),
    Spreadsheet("Excel, Unicode text", "utf-16", "\t"),
    Spreadsheet("Excel in German, Unicode text", "utf-16", "\t", ","),
    Spreadsheet("LibreOffice", "utf-8", line_end="\n"),
    Spreadsheet("LibreOffice, all cells quoted", "utf-8", ";", ",", "\n", quotes_all=True),
)
OLD_PROGRAMS = (
    Spreadsheet("Excel, CSV", "cp1252"),
    Spreadsheet("Excel in German, CSV", "cp1252", ";", ","),
)
