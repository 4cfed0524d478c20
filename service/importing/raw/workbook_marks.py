"""What a sheet says of its cells that openpyxl does not tell, read off the bytes of its XML.

ECMA-376, part 1, sections 18.3.1.4 (c), 18.3.1.40 (f) and 18.3.1.55 (mergeCell).
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from zipfile import ZipFile

from service.importing.raw.workbook_bounds import CheckedSheet
from service.importing.raw.workbook_parts import path_of

_CHUNK = 2**20
_OVERLAP = 20_000  # bytes: a formula has up to 8,192 characters
# A formula, and no value or an empty one: that is a text, or else there is none.
_UNVALUED = re.compile(
    rb"<(?:\w+:)?c\s([^<>]*)>\s*<(?:\w+:)?f(?:\s[^<>]*)?(?:/>|>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>\s*|<(?:\w+:)?v></(?:\w+:)?v>\s*)?</(?:\w+:)?c>"
)
_AT = re.compile(rb'\br="([A-Z]{1,3})([0-9]{1,7})"')
_IS_TEXT = b't="str"'
_MERGED = re.compile(
    rb'<(?:\w+:)?mergeCell\s[^<>]*\bref="([A-Z]{1,3})([0-9]{1,7}):[A-Z]{1,3}([0-9]{1,7})"'
)


@dataclass(slots=True)
class Marks:
    """Cells of a sheet by row and column, both from 1."""

    unvalued: dict[int, set[int]] = field(default_factory=dict)  # formulas without a value
    merged: dict[int, set[tuple[int, int]]] = field(default_factory=dict)  # column, last row


def marks_of(archive: ZipFile, sheet: str) -> Marks:
    """Read the marks of a sheet; none where the workbook does not say clearly where it lies.

    Raises:
        BadTable: it holds more than a sheet does.
    """
    marks = Marks()
    try:
        path = path_of(archive, sheet)
    except Exception:  # openpyxl has found it by another way
        return marks
    with CheckedSheet(archive.open(path), path) as file:
        for text in _pieces(file):
            for found in _UNVALUED.finditer(text):
                at = _AT.search(found[1])
                if at is not None and _IS_TEXT not in found[1]:
                    marks.unvalued.setdefault(int(at[2]), set()).add(_column(at[1]))
            for found in _MERGED.finditer(text):
                first, last = int(found[2]), int(found[3])
                if last > first:
                    marks.merged.setdefault(first, set()).add((_column(found[1]), last))
    return marks


class Merged:
    """Gives each row that merged cells stretch over the value of their first one."""

    def __init__(self, merged: dict[int, set[tuple[int, int]]]) -> None:
        self._merged = merged
        self._open: dict[int, tuple[int, object]] = {}  # last row and value, by column

    def touches(self, row: int) -> bool:
        """Return whether a row may be stretched over, or begins what stretches."""
        return bool(self._open) or row in self._merged

    def fill(self, row: int, values: list[object]) -> list[object]:
        """Fill in the values of a row; rows come in their order."""
        for column, (last, value) in list(self._open.items()):
            if row > last:
                del self._open[column]
            elif column <= len(values) and values[column - 1] in (None, ""):
                values[column - 1] = value
        for column, last in self._merged.get(row, ()):
            if column <= len(values):
                self._open[column] = last, values[column - 1]
        return values


def _pieces(file: CheckedSheet) -> Iterator[bytes]:
    """Give a file in pieces that overlap."""
    kept = b""
    while chunk := file.read(_CHUNK):
        yield kept + chunk
        kept = chunk[-_OVERLAP:]


def _column(letters: Iterable[int]) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + letter - 64
    return number
