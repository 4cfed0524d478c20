"""Goes on with an output that an interrupt left half-written."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path

from embeddings.tables import unescape_cell


def part_of(output: Path) -> Path:
    """Say where an output grows until it is whole."""
    return output.with_name(f"{output.name}.part")


def recorded(part: Path, kind: str, column: str) -> set[str]:
    """Give a column's values of the records that are whole, and cut off the one that is not.

    `kind` is `csv` or `jsonl`. Without a file, or with nothing whole in it, nothing is recorded.
    """
    if not part.exists():
        return set()
    values: set[str] = set()
    whole = 0  # bytes up to the end of the last whole record
    for value, end in _csv_records(part, column) if kind == "csv" else _json_records(part, column):
        values.add(value)
        whole = end
    with part.open("r+b") as file:
        file.truncate(whole)
    return values


def _csv_records(part: Path, column: str) -> Iterator[tuple[str, int]]:
    read = 0

    def lines() -> Iterator[str]:
        nonlocal read
        with part.open("rb") as file:
            for line in file:
                if not line.endswith(b"\n"):  # torn
                    return
                read += len(line)
                yield line.decode("utf-8")

    rows = csv.reader(lines(), strict=True)
    try:
        columns = next(rows, [])
        if column not in columns:
            return
        for row in rows:
            if len(row) != len(columns):
                return
            yield unescape_cell(row[columns.index(column)]), read
    except (csv.Error, UnicodeDecodeError):  # what follows is not ours
        return


def _json_records(part: Path, column: str) -> Iterator[tuple[str, int]]:
    read = 0
    with part.open("rb") as file:
        for line in file:
            read += len(line)
            try:
                value = json.loads(line)[column]
            except (ValueError, KeyError, TypeError):
                return
            if not line.endswith(b"\n"):
                return
            yield str(value), read
