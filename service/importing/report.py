"""What became of an import, row by row where it failed."""

import csv
from dataclasses import dataclass
from pathlib import Path

from service.spreadsheet import escape_cell


@dataclass(frozen=True, slots=True)
class RowError:
    """A row that did not go in, and why."""

    line: int  # where it begins in the CSV, from 1; of a folder or a ZIP: the how manieth picture
    sku: str  # empty where it could not be read
    reason: str


@dataclass(frozen=True, slots=True)
class ImportReport:
    """How many products went in, and each row that did not."""

    added: int
    updated: int
    unchanged: int
    failed: tuple[RowError, ...]
    ignored: int = 0  # files of a folder or ZIP that are no pictures
    dry_run: bool = False  # then nothing was written: the numbers say what would have been

    @property
    def rows(self) -> int:
        """How many rows there were."""
        return self.added + self.updated + self.unchanged + len(self.failed)


def write_errors(errors: tuple[RowError, ...], path: Path) -> None:
    """Write the failed rows as a CSV, to be mended in a spreadsheet."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        writer.writerow(["line", "sku", "reason"])
        writer.writerows([e.line, escape_cell(e.sku), escape_cell(e.reason)] for e in errors)


def printable(name: str) -> str:
    """Show a file's name whatever its bytes are."""
    return name.encode("utf-8", "backslashreplace").decode()
