"""Writes records as an Excel workbook, with a small picture at each row if there is one."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.drawing.image import Image as Picture
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from service.outputs import written_beside
from service.tables.record_files import Columns, Value

_ROW_POINTS = 66  # as high as a small picture of 88 pixels
_PICTURE_SIDE = 80
_WIDTHS = {str: 24, float: 12, int: 10}  # characters
_MOST_PICTURES = 10_000  # each is held in memory till the file is written
_LONGEST_CELL = 32_767  # characters


class WorkbookRecords:
    """One sheet with a row a record, its names frozen above, which can be filtered."""

    def __init__(self, title: str, columns: Columns, pictures: str | None = None) -> None:
        """Begin a sheet with the names; a first column, `pictures`, may hold pictures."""
        self._book = Workbook(write_only=True)
        self._sheet = self._book.create_sheet(title)
        self._columns = columns
        self._pictured = pictures is not None
        self._sheet.freeze_panes = "C2" if self._pictured else "B2"
        if self._pictured:
            self._sheet.sheet_format.defaultRowHeight = _ROW_POINTS
            self._sheet.sheet_format.customHeight = True
            self._sheet.column_dimensions["A"].width = 13
        for number, kind in enumerate(columns.values(), 2 if self._pictured else 1):
            self._sheet.column_dimensions[get_column_letter(number)].width = _WIDTHS[kind]
        names = columns if pictures is None else (pictures, *columns)
        self._sheet.append([self._cell(name, bold=True) for name in names])
        self._rows = 1

    def write(self, record: Mapping[str, Value], picture: Path | None = None) -> None:
        """Write one record; a picture that is not there is left out."""
        self._rows += 1
        cells = [self._cell(record.get(name)) for name in self._columns]
        self._sheet.append(["", *cells] if self._pictured else cells)
        if picture is not None and self._rows - 1 <= _MOST_PICTURES and picture.exists():
            shown = Picture(str(picture))  # opened again only when it is written
            scale = _PICTURE_SIDE / max(shown.width, shown.height)
            shown.width, shown.height = round(shown.width * scale), round(shown.height * scale)
            shown.anchor = f"A{self._rows}"
            self._sheet.add_image(shown)

    def save(self, file: Path | IO[bytes]) -> None:
        """Write the file."""
        last = get_column_letter(len(self._columns) + self._pictured)
        self._sheet.auto_filter.ref = f"A1:{last}{self._rows}"
        self._book.save(file)

    def drop(self) -> None:
        """Let go of what was written so far, which lies in a file of its own."""
        if not self._sheet.closed:
            self._sheet.close()
        self._sheet._writer.cleanup()

    def _cell(self, value: Value, *, bold: bool = False) -> Any:
        if isinstance(value, str):
            value = ILLEGAL_CHARACTERS_RE.sub("\ufffd", value)[:_LONGEST_CELL]
        cell = WriteOnlyCell(self._sheet, value)
        if isinstance(value, str):
            cell.data_type = "s"  # whatever it begins with: never a formula
        if self._pictured:  # rows are high
            cell.alignment = Alignment(vertical="center", wrap_text=isinstance(value, str))
        if bold:
            cell.font = Font(bold=True)
        return cell


@contextmanager
def writing_workbook(path: Path, columns: Columns, pictures: str) -> Iterator[WorkbookRecords]:
    """Write a workbook that is there wholly or as it was."""
    records = WorkbookRecords("Tags", columns, pictures)
    try:
        with written_beside(path) as beside:
            yield records
            records.save(beside)
    except BaseException:  # interrupted in the middle of it, too
        records.drop()
        raise
