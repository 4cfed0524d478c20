"""A look at a source before it is imported: what it is, its columns, its first products."""

from dataclasses import dataclass
from pathlib import Path

from catalog.errors import BadSource
from service.importing.csv_source import CsvSource
from service.importing.folder_source import FolderSource
from service.importing.opening import SourceOptions, open_source
from service.importing.report import RowError, RowNote
from service.importing.row import Row
from service.importing.table_columns import Columns
from service.importing.zip_source import ZipSource

_SAMPLES = 3  # cells of a column
_ROWS = 8


@dataclass(frozen=True, slots=True)
class Looked:
    """What a source seems to be."""

    columns: Columns | None = None  # None: pictures alone, or nothing that can be read
    rows: tuple[Row | RowError, ...] = ()  # the first products, as they would come in
    notes: tuple[str, ...] = ()  # what is told of it as a whole
    count: int | None = None  # about how many rows or pictures
    ignored: int = 0  # files that are passed over
    fault: str | None = None  # why nothing of it can be imported as it stands


def look_at(path: Path, options: SourceOptions, max_photo_bytes: int) -> Looked:
    """Look at the begin of a source; nothing is decoded and nothing written."""
    columns: Columns | None = None
    try:
        with open_source(path, options, max_photo_bytes) as source:
            if isinstance(source, CsvSource | FolderSource | ZipSource) and source.table:
                columns = source.table.columns(_SAMPLES)
            rows: list[Row | RowError] = []
            notes: list[str] = []
            for told in source.rows():
                if isinstance(told, RowNote):
                    notes.append(told.note)
                    continue
                rows.append(told)
                if len(rows) == _ROWS:
                    break
            return Looked(columns, tuple(rows), tuple(notes), source.count(), source.ignored)
    except BadSource as error:
        return Looked(columns, fault=str(error))
