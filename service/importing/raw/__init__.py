"""The rows of a table as its file has them, whatever kind of file that is."""

from service.importing.raw.opening import (
    OPENED_AS,
    RawTable,
    is_feed,
    is_packed,
    open_raw,
    rows_ahead,
)
from service.importing.raw.renaming import Renaming
from service.importing.raw.row import Fits, Note, RawRow, TableRow
from service.importing.raw.workbook_pictures import IN_TABLE

__all__ = [
    "IN_TABLE",
    "OPENED_AS",
    "Fits",
    "Note",
    "RawRow",
    "RawTable",
    "Renaming",
    "TableRow",
    "is_feed",
    "is_packed",
    "open_raw",
    "rows_ahead",
]
