"""What became of an import, row by row where something is to be told."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from embeddings.files.names import legible
from embeddings.tables import escape_cell
from embeddings.tables.naming import shown_columns

LINE, REASON = "line", "reason"
ABOUT_ROWS = (LINE, REASON)
"""Columns of a file of refused rows: an import knows them, and pays them no heed."""


@dataclass(frozen=True, slots=True)
class RowError:
    """A row that did not go in, and everything that is wrong with it."""

    line: int  # where it begins in the CSV, from 1; of a folder or a ZIP: the how manieth picture
    sku: str  # empty where it could not be read
    reason: str
    cells: Mapping[str, str] = field(default_factory=dict, compare=False)  # by column, as they came

    def __post_init__(self) -> None:
        """Mend what is undecoded: nothing that is told of a row stays in the program."""
        cells = {name: legible(cell) for name, cell in self.cells.items()}
        for name, told in (
            ("sku", legible(self.sku)),
            ("reason", legible(self.reason)),
            ("cells", cells),
        ):
            object.__setattr__(self, name, told)  # it is frozen from here on


@dataclass(frozen=True, slots=True)
class RowNote:
    """What an import did with a row otherwise than one may think, or of the whole file."""

    line: int  # as of an error; 1 is the line of the columns, 0 the whole source
    sku: str  # empty where it is not of one product
    note: str

    def __post_init__(self) -> None:
        """Mend what is undecoded, as of an error."""
        object.__setattr__(self, "sku", legible(self.sku))
        object.__setattr__(self, "note", legible(self.note))


@dataclass(frozen=True, slots=True)
class ImportReport:
    """How many products went in, and each row that did not."""

    added: int
    updated: int
    unchanged: int
    failed: tuple[RowError, ...]
    ignored: int = 0  # files of a folder or ZIP that are no pictures
    dry_run: bool = False  # then nothing was written: the numbers say what would have been
    kept: int = 0  # of which nothing was taken: who spoke before, or a merge, says otherwise
    notes: tuple[RowNote, ...] = ()
    possible_duplicates: int = 0  # pairs of products that may be one, of what came in

    @property
    def rows(self) -> int:
        """How many rows there were."""
        return self.added + self.updated + self.unchanged + self.kept + len(self.failed)


def write_errors(errors: Sequence[RowError], path: Path) -> None:
    """Write the refused rows as they came, with line and reason, to be mended and sent again.

    The file is there also when no row was refused: an older one must not be taken for news.
    """
    columns = list(dict.fromkeys(name for error in errors for name in error.cells))
    columns = [name for name in columns if name and name not in (*ABOUT_ROWS, "sku")]
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        # What a file calls its columns is a stranger's word, too; an import reads it unescaped.
        writer.writerow([LINE, REASON, "sku", *map(escape_cell, shown_columns(columns))])
        for error in errors:
            told = (error.reason, error.cells.get("sku", error.sku))
            cells = (*told, *(error.cells.get(name, "") for name in columns))
            writer.writerow([error.line, *map(escape_cell, cells)])
