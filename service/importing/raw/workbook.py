"""Excel workbooks (.xlsx): values alone, a row at a time, and where pictures lie on their sheets.

Formulas are never worked out: what counts is the value that Excel kept beside them, and where a
program kept none, that is said. The value of merged cells is that of every row that they stretch
over. Links to other files are not followed, and no macro is looked at.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any, BinaryIO
from zipfile import ZipFile

from embeddings.errors import BadArchive, BadTable, NoHeader
from embeddings.tables.naming import name_of
from service.importing.raw.cells import NoCell, Unread, row_of, text_of
from service.importing.raw.patience import ends_at
from service.importing.raw.row import Fits, RawRow
from service.importing.raw.workbook_bounds import MAX_ROWS
from service.importing.raw.workbook_marks import Merged, marks_of
from service.importing.raw.workbook_parts import check_parts
from service.importing.raw.workbook_pictures import pictures_by_row

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook as Book

_SEARCHED = 20  # rows in which the columns are looked for
_MOST_SEARCHED = 2_000_000  # cells of them, in all sheets together
_OF_SHEET = 1_000  # as many cells as it takes to open one
_ZEROS = re.compile("0{2,20}")  # a format that keeps zeros in front


_UNVALUED = Unread(
    "a formula whose value is not in the file: open it in the spreadsheet program and save it"
)


class Workbook:
    """The rows of the first sheet that has columns which fit."""

    def __init__(self, file: BinaryIO, fits: Fits) -> None:
        """Find the sheet. Raises: BadTable."""
        _check(file)
        self._book = _opened(file)
        self._sheet, self.line, self.names, others = _found(self._book, fits)
        with ZipFile(file) as archive:
            self._pictures: Mapping[int, list[str]] = pictures_by_row(archive, self._sheet)
            self._marks = marks_of(archive, self._sheet)
        self.notes = (
            (
                f"the sheet '{self._sheet}' alone is read; products may be in "
                f"'{', '.join(others)[:200]}' too: save each sheet as a file of its own",
            )
            if others
            else ()
        )

    def __iter__(self) -> Iterator[RawRow]:
        width = len(self.names) + 1  # one more, to tell of a cell under no column's name
        merged, first = Merged(self._marks.merged), self.line + 1
        sheet = self._book[self._sheet]
        rows = sheet.iter_rows(min_row=first, max_row=MAX_ROWS + 1, max_col=width)
        for number, row in enumerate(_whole(rows), first):
            if number > MAX_ROWS:
                raise BadTable(f"has rows behind row {MAX_ROWS}, which is a sheet's last")
            pictures = tuple(self._pictures.get(number, ()))
            unvalued = self._marks.unvalued.get(number, ())
            if not (unvalued or pictures or merged.touches(number)) and _is_empty(row):
                if ends_at(number):
                    return
                continue  # a sheet may have a million of them
            values = [_value(cell) for cell in row]
            for column in unvalued:
                if column <= len(values) and values[column - 1] is None:
                    values[column - 1] = _UNVALUED
            values = merged.fill(number, values)
            if any(value not in (None, "") for value in values) or pictures:
                yield self._row(number, values, pictures)

    def _row(self, number: int, values: list[object], pictures: tuple[str, ...]) -> RawRow:
        values += [None] * (len(self.names) + 1 - len(values))
        cells = zip((*self.names, ""), values, strict=False)
        named, fault = [], None
        for name, value in cells:
            if name:
                named.append((name, value))
            elif value is not None and str(value).strip():
                fault = "the row has a cell under no column's name"
        return row_of(number, named, fault, pictures)


def _opened(file: BinaryIO) -> "Book":
    """Open a workbook for reading row by row. Raises: BadTable."""
    from service.importing.raw.workbook_reader import load  # openpyxl takes a tenth of a second

    try:
        return load(file)
    except BadTable:
        raise
    except Exception as error:  # a stranger's XML makes it raise nearly anything
        raise BadTable(_not_whole(_told(error))) from error


def _check(file: BinaryIO) -> None:
    """Refuse a workbook that unpacks to more than one holds. Raises: BadTable."""
    try:
        check_parts(file)
    except BadTable:
        raise
    except BadArchive as error:
        raise BadTable(_not_whole(str(error))) from error
    except Exception as error:  # as above
        raise BadTable(_not_whole(_told(error))) from error


def _found(book: "Book", fits: Fits) -> tuple[str, int, tuple[str, ...], list[str]]:
    """Give the sheet's name, the row of the columns, their names, and sheets that fit as well.

    Raises:
        BadTable: none fits, or a column is there twice.
    """
    seen: list[str] = []
    found: tuple[str, int, tuple[str, ...]] | None = None
    others: list[str] = []
    searched = 0
    for sheet in book.worksheets:
        searched += _OF_SHEET
        if searched > _MOST_SEARCHED:
            break
        rows = _whole(sheet.iter_rows(max_row=_SEARCHED))
        for number, row in enumerate(islice(rows, _SEARCHED), 1):
            searched += len(row)
            cells = [_text(cell) for cell in row]
            names = tuple(map(name_of, cells))
            while names and not names[-1]:
                names = names[:-1]
            if fits(names) and found is not None:
                others.append(sheet.title)
                break
            if fits(names):
                twice = sorted({name for name in names if name and names.count(name) > 1})
                if twice:
                    raise BadTable(f"has a column twice: {', '.join(twice)[:200]}")
                found = sheet.title, number, names
                break
            if not seen and len(names) > 1:
                seen = cells
    if found is not None:
        return *found, others
    named = f"; it begins with: {', '.join(filter(None, seen))[:80]}" if seen else ""
    raise NoHeader(f"needs a sheet with the column 'sku' in one of its first rows{named}", seen)


def _whole(rows: Iterator[Any]) -> Iterator[Any]:
    """Give row by row; a look, until it has waited long enough. Raises: BadTable."""
    from service.importing.raw.workbook_reader import LookEnds

    number = 0
    try:
        for row in rows:
            number += 1
            yield row
    except LookEnds:
        return
    except (GeneratorExit, BadTable):
        raise
    except Exception as error:
        if not number:
            raise BadTable(_not_whole(_told(error))) from error
        raise BadTable(f"is damaged behind row {number} of a sheet: {_told(error)}") from error


def _is_empty(row: Any) -> bool:
    return all(cell.value is None for cell in row)


def _value(cell: Any) -> object:
    """Give a cell's value; a number whose format keeps zeros in front as its text."""
    value: object = cell.value
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        kept = _ZEROS.fullmatch(cell.number_format or "")
        return str(value).zfill(len(kept[0])) if kept else value
    return value


def _text(cell: Any) -> str:
    try:
        return text_of(_value(cell))
    except NoCell:
        return ""


def _not_whole(why: str) -> str:
    return (
        f"is no whole workbook: save it anew in the spreadsheet program, or as 'CSV UTF-8' ({why})"
    )


def _told(error: BaseException) -> str:
    """Tell what was wrong at first: what a library makes of it may name where the file lies."""
    while error.__context__ is not None:
        error = error.__context__
    text = " ".join(str(error).split())[:200]
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
