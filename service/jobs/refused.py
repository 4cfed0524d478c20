"""What a job refused, as a CSV: the rows as they came, to be mended and sent again."""

import csv
import hashlib
import io
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from catalog.jobs import JobLine, LineKind
from embeddings.files.names import legible
from embeddings.tables import escape_cell
from embeddings.tables.naming import shown_columns
from service.errors import NoSpace
from service.jobs.files import check_room, folder_of
from service.jobs.keeping import get, lines
from service.outputs import written_beside
from service.wiring import Services

_FIRST = ("line", "reason", "sku")
_MOST_COLUMNS = 500
_PIECE = 64 * 1024  # characters given at once
_MARK = "\ufeff"  # without it a spreadsheet reads accents as others


def refused_csv(number: int, *, services: Services) -> Iterator[str]:
    """Write the refused rows of a job piece by piece, each with its line and the reason.

    The last row says how many more there are, of which the lines are not kept.

    Raises:
        UnknownJob: there is none of this number, at once.
    """
    columns: dict[str, None] = {}
    for line in lines(number, LineKind.ERROR, services=services):
        columns |= dict.fromkeys(_cells(line))
        if len(columns) > _MOST_COLUMNS:
            break
    names = [name for name in columns if name and name not in _FIRST][:_MOST_COLUMNS]
    return _written(number, names, services)


def kept_csv(number: int, pieces: Iterable[str], *, services: Services) -> Path | None:
    """Give the CSV of a job that is over as a file in a folder of its own, which goes after a day.

    It is made once: `pieces`, those of `refused_csv`, are then left. Of a job that goes on there
    is none, for each that asks would leave another; see `passing_csv`.

    Raises:
        NoSpace: the disk does not take it.
    """
    job = get(number, services=services)
    if not job.is_over:
        return None
    # After a restore another job may have the number, or the same one fewer rows.
    state = f"{number} {job.created_at} {job.ended_at} {job.errors}"
    folder = f"refused-{hashlib.sha256(state.encode()).hexdigest()[:32]}"
    path = folder_of(folder, services.settings) / f"refused-{number}.csv"
    if path.is_file():
        os.utime(path.parent)  # it is wanted still
        return path
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with written_beside(path) as beside, beside.open("w", encoding="utf-8", newline="") as file:
            file.writelines(_with_room(pieces, services))
    except OSError as error:
        raise _no_space(error) from error
    return path


def passing_csv(pieces: Iterable[str], *, services: Services) -> IO[bytes]:
    """Give the CSV as a file without a name, which is gone once it is closed.

    Raises:
        NoSpace: the disk does not take it.
    """
    try:
        services.settings.jobs.mkdir(parents=True, exist_ok=True)
        with ExitStack() as closing:
            file = closing.enter_context(TemporaryFile(dir=services.settings.jobs))
            file.writelines(piece.encode() for piece in _with_room(pieces, services))
            file.seek(0)
            closing.pop_all()
            return file
    except OSError as error:
        raise _no_space(error) from error


def _with_room(pieces: Iterable[str], services: Services) -> Iterator[str]:
    for piece in pieces:
        check_room(services.settings.jobs, len(piece))
        yield piece


def _no_space(error: OSError) -> NoSpace:
    return NoSpace(f"the file cannot be written: {error.strerror}; make room")


def _written(number: int, names: list[str], services: Services) -> Iterator[str]:
    file = io.StringIO()
    file.write(_MARK)
    writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    # What a file calls its columns is a stranger's word, too; an import reads it without the mark.
    writer.writerow((*_FIRST, *map(escape_cell, shown_columns(names))))
    counted, written = get(number, services=services).errors, 0  # before: a job may go on
    for line in lines(number, LineKind.ERROR, services=services):
        cells, written = _cells(line), written + 1
        told = (line.message, cells.get("sku", line.sku), *(cells.get(name, "") for name in names))
        writer.writerow((line.line, *map(escape_cell, map(legible, told))))
        if file.tell() > _PIECE:
            yield file.getvalue()
            file.seek(0)
            file.truncate()
    if counted > written:
        more = f"and {counted - written} more, of which the lines are not kept"
        writer.writerow(("", more, "", *("" for _ in names)))
    yield file.getvalue()


def _cells(line: JobLine) -> dict[str, str]:
    try:
        told = json.loads(line.cells)
    except ValueError:  # damaged on the disk
        return {}
    return {str(k): str(v) for k, v in told.items()} if isinstance(told, dict) else {}
