"""Writes records as a stream to CSV, JSON Lines or Parquet; the file's ending decides."""

import csv
import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol, TextIO, TypeAlias

from embeddings.tables import escape_cell
from service.errors import BadOutput
from service.outputs import written_beside

Value: TypeAlias = str | int | float | None
Columns: TypeAlias = Mapping[str, type[str] | type[int] | type[float]]
STANDARD_OUTPUT = Path("-")
BYTE_ORDER_MARK = "\ufeff"
_FORMATS = {".csv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".parquet": "parquet"}
_GROUP_ROWS = 10_000  # rows in memory before a Parquet group of them is written


class RecordWriter(Protocol):
    """Somewhere to write records to."""

    def write(self, record: Mapping[str, Value]) -> None:
        """Write one record; a column that it lacks is empty."""
        ...


def lacking_for(kind: str) -> str | None:
    """Return why no table of a kind, such as `parquet`, can be written here; None if one can."""
    if kind != "parquet" or find_spec("pyarrow") is not None:
        return None
    return "Parquet needs the package pyarrow: pip install 'lookalike[parquet]'"


def format_of(path: Path) -> str:
    """Return which format a file's ending stands for: `csv`, `jsonl` or `parquet`.

    Raises:
        BadOutput: it is none of them.
    """
    if path == STANDARD_OUTPUT:
        return "csv"
    found = _FORMATS.get(path.suffix.lower())
    if found is None:
        known = ", ".join(_FORMATS)
        raise BadOutput(f"an output file ends in {known}, or is - for a CSV; got '{path}'")
    return found


@contextmanager
def writing_records(path: Path, columns: Columns) -> Iterator[RecordWriter]:
    """Write a file that is there wholly or as it was: it is written beside and swapped in.

    `-` is standard output, as CSV; without a byte order mark, for programs read on.

    Raises:
        BadOutput: the ending is unknown, Parquet is wanted and pyarrow is not installed, or what
            is there is no file.
    """
    kind = format_of(path)
    if path == STANDARD_OUTPUT:
        yield CsvRecords(sys.stdout, columns)
        return
    with written_beside(path) as beside:
        if kind == "parquet":
            with _parquet(beside, columns) as parquet:
                yield parquet
        else:
            with beside.open("w", encoding="utf-8", newline="") as file:
                yield text_records(file, kind, columns)
                file.flush()
                os.fsync(file.fileno())  # a name never stands for bytes that a power cut took


def text_records(file: TextIO, kind: str, columns: Columns, header: bool = True) -> RecordWriter:
    """Write records of a text format, `csv` or `jsonl`, to an open file.

    A CSV begins with a byte order mark: without one a spreadsheet reads its accents as others.
    """
    if kind == "jsonl":
        return JsonRecords(file, columns)
    if header:
        file.write(BYTE_ORDER_MARK)
    return CsvRecords(file, columns, header)


class CsvRecords:
    """A table for spreadsheets, no cell of which is taken for a formula."""

    def __init__(self, file: TextIO, columns: Columns, header: bool = True) -> None:
        # All quoted: else a semicolon in a text begins a new cell where those divide cells.
        self._rows = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n")
        self._columns = tuple(columns)
        if header:
            self._rows.writerow(self._columns)

    def write(self, record: Mapping[str, Value]) -> None:
        """Write one record."""
        values = [record.get(column) for column in self._columns]
        # A number is none of a spreadsheet's formulas, and None is an empty cell.
        self._rows.writerow([escape_cell(v) if isinstance(v, str) else v for v in values])


@dataclass(frozen=True, slots=True)
class JsonRecords:
    """One JSON object a line."""

    file: TextIO
    columns: Columns

    def write(self, record: Mapping[str, Value]) -> None:
        """Write one record."""
        whole = {column: record.get(column) for column in self.columns}
        self.file.write(json.dumps(whole, ensure_ascii=False) + "\n")


class ParquetRecords:
    """Columns in groups of rows."""

    def __init__(self, path: Path, columns: Columns) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        types = {str: pa.string(), int: pa.int64(), float: pa.float64()}
        self._schema = pa.schema([(name, types[kind]) for name, kind in columns.items()])
        self._writer = pq.ParquetWriter(path, self._schema)
        self._waiting: list[dict[str, Any]] = []

    def write(self, record: Mapping[str, Value]) -> None:
        """Write one record, with others of its group."""
        self._waiting.append({name: record.get(name) for name in self._schema.names})
        if len(self._waiting) == _GROUP_ROWS:
            self._flush()

    def close(self) -> None:
        """Write what waits and end the file."""
        self._flush()
        self._writer.close()

    def _flush(self) -> None:
        import pyarrow as pa

        if self._waiting:
            self._writer.write_table(pa.Table.from_pylist(self._waiting, schema=self._schema))
            self._waiting = []


@contextmanager
def _parquet(path: Path, columns: Columns) -> Iterator[ParquetRecords]:
    if lacking := lacking_for("parquet"):
        raise BadOutput(f"{lacking}, or write a .csv or .jsonl file")
    records = ParquetRecords(path, columns)
    try:
        yield records
    finally:
        records.close()
