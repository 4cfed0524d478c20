"""Opens workbooks by means of openpyxl, which is imported with this: where one is to be read.

Only what the values of cells need is read: no properties of the document, theme or charts, and
sheets not before they are asked for. openpyxl would go over all rows of each sheet that does not
say how far it reaches, at each opening.
"""

import warnings
from typing import IO, Any, BinaryIO
from zipfile import ZipFile, ZipInfo

from openpyxl.reader.excel import ExcelReader
from openpyxl.reader.strings import read_string_table
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.workbook import Workbook
from openpyxl.worksheet._read_only import ReadOnlyWorksheet
from openpyxl.xml.constants import SHARED_STRINGS

from embeddings.errors import BadTable
from service.importing.raw.patience import ends_here
from service.importing.raw.workbook_bounds import (
    MAX_SHEETS,
    MAX_TAGS,
    OTHERWISE,
    CheckedSheet,
    CheckedStrings,
)

_AT_LEAST = 2**20  # bytes of a sheet that are read whatever the clock says


class LookEnds(Exception):
    """A look at a sheet has waited long enough."""


def load(file: BinaryIO) -> Workbook:
    """Open a workbook for reading row by row; the file stays open.

    Raises:
        BadTable: it holds more than a workbook does.
        Exception: nearly any, where its XML is damaged.
    """
    # It warns of what it cannot keep, such as rules for input; we keep nothing.
    warnings.filterwarnings("ignore", module="openpyxl")
    file.seek(0)
    reader = _Reader(file)
    reader.read()
    return reader.wb


class _Archive(ZipFile):
    """The parts of a workbook; all that are read whole have no more tags than they may."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__(file)
        self._tags = 0

    def read(self, name: str | ZipInfo, pwd: bytes | None = None) -> bytes:
        data = super().read(name, pwd)
        self._tags += data.count(b"<")
        if self._tags > MAX_TAGS:
            told = f"has more than {MAX_TAGS} tags up to '{str(name)[:80]}'"
            raise BadTable(f"{told}, of formats and the like: {OTHERWISE}")
        return data


class _Reader(ExcelReader):
    def __init__(self, file: BinaryIO) -> None:
        super().__init__(file, read_only=True, data_only=True, keep_links=False)
        self.archive = _Archive(file)

    def read(self) -> None:
        self.read_manifest()
        self.read_strings()
        self.read_workbook()
        apply_stylesheet(self.archive, self.wb)
        self.read_worksheets()

    def read_strings(self) -> None:
        package: Any = self.package
        part = package.find(SHARED_STRINGS)
        if part is None:
            return
        entry = self.archive.getinfo(part.PartName[1:])
        with self.archive.open(entry) as file:
            strings: Any = CheckedStrings(file, entry.compress_size)
            self.shared_strings = read_string_table(strings)

    def read_worksheets(self) -> None:
        found: list[Any] = []
        for sheet, rel in self.parser.find_sheets():
            if rel.target not in self.valid_files or "chartsheet" in rel.Type:
                continue
            if len(found) == MAX_SHEETS:
                raise BadTable(f"has more than {MAX_SHEETS} sheets: {OTHERWISE}")
            found.append(_Sheet(self.wb, sheet.name, rel.target, self.shared_strings))
        book: Any = self.wb
        book._sheets = found


class _Sheet(ReadOnlyWorksheet):
    """A sheet whose size is not asked for: programs write wrong ones, or none."""

    def _get_size(self) -> None:
        """Leave it unknown."""

    def _get_source(self) -> "_Watched":
        book: Any = self.parent
        path: str = self._worksheet_path  # type: ignore[attr-defined]  # the stubs leave it out
        return _Watched(book._archive.open(path), path)


class _Watched(CheckedSheet):
    """The bytes of a sheet, which end where a look at them has waited long enough."""

    def __init__(self, file: IO[bytes], name: str) -> None:
        super().__init__(file, name)
        self._read = 0

    def read(self, size: int = -1) -> bytes:
        data = super().read(size)
        self._read += len(data)
        if self._read > _AT_LEAST and ends_here():
            raise LookEnds
        return data
