"""An output that grows beside its name, and that a later run goes on with after an interrupt."""

import csv
import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from embeddings.tables import unescape_cell
from service.errors import BadOutput
from service.outputs import place_of
from service.tables.record_files import (
    STANDARD_OUTPUT,
    Columns,
    RecordWriter,
    format_of,
    text_records,
    writing_records,
)

KEY = "path"  # the column by which a record is known again


def part_of(output: Path) -> Path:
    """Return where an output grows until it is whole."""
    return output.with_name(f"{output.name}.part")


def mark_of(output: Path) -> Path:
    """Return where it is written by which model an output grows."""
    return output.with_name(f"{output.name}.part.model")


@contextmanager
def growing_records(
    output: Path, columns: Columns, fingerprint: str, resume: bool
) -> Iterator[tuple[RecordWriter, set[str]]]:
    """Write an output that one model makes, with the keys of the records that it has already.

    Raises:
        BadOutput: the ending is unknown, or cannot be resumed or written; another model began it;
            or another process writes it.
    """
    kind = format_of(output)
    if output == STANDARD_OUTPUT or kind == "parquet":
        if resume:
            raise BadOutput(f"only a .csv or .jsonl file can be resumed, not '{output}'")
        with writing_records(output, columns) as records:
            yield records, set()
        return
    output = place_of(output)
    part = part_of(output)
    with _marked(output) as mark:
        done = recorded(part, kind, KEY) if resume else set()
        if done:
            _check_model(mark.read(), fingerprint, part)
        else:  # the records of another model go before its mark does
            part.unlink(missing_ok=True)
            mark.truncate(0)
            mark.write(fingerprint)
            mark.flush()
        with part.open("a", encoding="utf-8", newline="") as file:
            yield text_records(file, kind, columns, header=not done), done
            file.flush()
            os.fsync(file.fileno())
        part.replace(output)
        mark_of(output).unlink()


def recorded(part: Path, kind: str, column: str) -> set[str]:
    """Return a column's values of the records that are whole, and cut off the one that is not.

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


@contextmanager
def _marked(output: Path) -> Iterator[TextIO]:
    """Hold an output's mark, which only one process can."""
    path = mark_of(output)
    while True:
        with path.open("a+", encoding="ascii", errors="replace") as mark:
            try:
                fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise BadOutput(f"another process is writing '{output}'") from None
            # The one before may have ended, and taken the mark away, since we opened it.
            if path.exists() and os.path.samestat(path.stat(), os.fstat(mark.fileno())):
                mark.seek(0)
                yield mark
                return


def _check_model(begun: str, fingerprint: str, part: Path) -> None:
    if begun == fingerprint:
        return
    by = f"the model {begun[:12]}" if begun else "a model that it does not name"
    raise BadOutput(
        f"'{part}' was begun by {by}, and {fingerprint[:12]} is in use: name that model in "
        "LOOKALIKE_BUNDLE, or begin anew without --resume"
    )


def _csv_records(part: Path, column: str) -> Iterator[tuple[str, int]]:
    read = 0

    def lines() -> Iterator[str]:
        nonlocal read
        with part.open("rb") as file:
            for line in file:
                if not line.endswith(b"\n"):  # torn
                    return
                text = line.decode("utf-8" if read else "utf-8-sig")
                read += len(line)
                yield text

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
