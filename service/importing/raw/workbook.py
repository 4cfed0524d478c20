"""Excel workbooks (.xlsx): values alone, a row at a time, and where pictures lie on their sheets.

Formulas are never worked out: what counts is the value that Excel kept beside them. Links to other
files are not followed, and no macro is looked at.
"""

import re
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Any, BinaryIO
from zipfile import ZipFile

from embeddings.errors import BadArchive, BadTable, NoHeader
from embeddings.files.archives import DAMAGED, ArchiveLimits, check_directory, check_entries
from embeddings.tables.naming import name_of
from service.importing.raw.cells import NoCell, text_of
from service.importing.raw.row import Fits, RawRow
from service.importing.raw.workbook_pictures import pictures_by_row

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook as Book

LIMITS = ArchiveLimits(
    max_entries=50_000,
    max_total_bytes=8 * 2**30,
    max_entry_bytes=2**30,
    ratio_counts_from=64 * 2**20,
)
_MAX_STRINGS = 256 * 2**20  # bytes of the texts that all sheets share: they are held in memory
_ROWS = 1_048_576  # that a sheet has
_SEARCHED = 20  # rows in which the columns are looked for
_ZEROS = re.compile("0{2,20}")  # a format that keeps zeros in front


class Workbook:
    """The rows of the first sheet that has columns which fit."""

    def __init__(self, file: BinaryIO, fits: Fits) -> None:
        """Find the sheet. Raises: BadTable."""
        self._file = file
        _check(file)
        with _opened(file) as book:
            self._sheet, self.line, self.names = _found(book, fits)
        with ZipFile(file) as archive:
            self._pictures: Mapping[int, list[str]] = pictures_by_row(archive, self._sheet)

    def __iter__(self) -> Iterator[RawRow]:
        width = len(self.names) + 1  # one more, to tell of a cell under no column's name
        with _opened(self._file) as book:
            rows = book[self._sheet].iter_rows(min_row=self.line + 1, max_row=_ROWS, max_col=width)
            for number, row in enumerate(_whole(rows), self.line + 1):
                texts = [_text(cell) for cell in row]
                pictures = tuple(self._pictures.get(number, ()))
                if any(texts) or pictures:
                    yield self._row(number, texts, pictures)

    def _row(self, number: int, texts: list[str], pictures: tuple[str, ...]) -> RawRow:
        cells = dict.fromkeys(filter(None, self.names), "")
        fault = None
        for name, text in zip((*self.names, ""), texts, strict=False):
            if name:
                cells[name] = text
            elif text.strip():
                fault = "the row has a cell under no column's name"
        return RawRow(number, cells, fault, pictures=pictures)


@contextmanager
def _opened(file: BinaryIO) -> Iterator["Book"]:
    """Open a workbook for reading row by row. Raises: BadTable."""
    from openpyxl import load_workbook  # takes a tenth of a second: only where it is needed

    # It warns of what it cannot keep, such as rules for input; we keep nothing.
    warnings.filterwarnings("ignore", module="openpyxl")
    file.seek(0)
    try:
        book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
    except Exception as error:  # a stranger's XML makes it raise nearly anything
        raise BadTable(_not_whole(_told(error))) from error
    yield book  # the file was handed in: whoever did so closes it


def _check(file: BinaryIO) -> None:
    """Refuse a workbook that unpacks to more than one holds. Raises: BadTable."""
    try:
        check_directory(file, LIMITS)
        size = file.seek(0, 2)
        with ZipFile(file) as archive:
            check_entries(archive.infolist(), size, LIMITS)
            strings = sum(e.file_size for e in archive.infolist() if "sharedStrings" in e.filename)
    except BadArchive as error:
        raise BadTable(_not_whole(str(error))) from error
    except (*DAMAGED, ValueError) as error:
        raise BadTable(_not_whole(_told(error))) from error
    if strings > _MAX_STRINGS:
        raise BadTable(f"has {strings} bytes of texts; a workbook's may have {_MAX_STRINGS}")


def _found(book: "Book", fits: Fits) -> tuple[str, int, tuple[str, ...]]:
    """Give the sheet's name, the row of the columns and their names. Raises: BadTable."""
    seen: list[str] = []
    for sheet in book.worksheets:
        sheet.reset_dimensions()  # programs write wrong ones, and rows would be cut off
        rows = _whole(sheet.iter_rows(max_row=_SEARCHED))
        for number, row in enumerate(islice(rows, _SEARCHED), 1):
            cells = [_text(cell) for cell in row]
            names = tuple(map(name_of, cells))
            while names and not names[-1]:
                names = names[:-1]
            if fits(names):
                twice = sorted({name for name in names if name and names.count(name) > 1})
                if twice:
                    raise BadTable(f"has a column twice: {', '.join(twice)[:200]}")
                return sheet.title, number, names
            if not seen and len(names) > 1:
                seen = cells
    named = f"; it begins with: {', '.join(filter(None, seen))[:80]}" if seen else ""
    raise NoHeader(f"needs a sheet with the column 'sku' in one of its first rows{named}", seen)


def _whole(rows: Iterator[Any]) -> Iterator[Any]:
    """Give row by row. Raises: BadTable."""
    number = 0
    try:
        for row in rows:
            number += 1
            yield row
    except GeneratorExit:
        raise
    except Exception as error:
        raise BadTable(f"is damaged behind row {number} of a sheet: {_told(error)}") from error


def _text(cell: Any) -> str:
    value = cell.value
    if isinstance(value, int) and not isinstance(value, bool):
        shown = str(value)
        kept = _ZEROS.fullmatch(cell.number_format or "")
        return shown.zfill(len(kept[0])) if kept and value >= 0 else shown
    try:
        return text_of(value)
    except NoCell:
        return ""


def _not_whole(why: str) -> str:
    return (
        f"is no whole workbook: save it anew in the spreadsheet program, or as 'CSV UTF-8' ({why})"
    )


def _told(error: Exception) -> str:
    text = " ".join(str(error).split())[:200]
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
