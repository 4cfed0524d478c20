"""Reads a table row by row; whatever is wrong with one row, the others come through."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO, TypeAlias

from embeddings.errors import BadTable
from embeddings.tables.header import Header, take_header
from embeddings.tables.kinds import HEAD, what_it_is, what_the_text_is
from embeddings.tables.lines import Lines
from embeddings.tables.rows import BrokenRecord, Record, rows_below


@dataclass(frozen=True, slots=True)
class Table:
    """The columns of an open table, and its rows."""

    header: Header
    rows: "Iterator[AnyRecord]"  # empty ones are left out


AnyRecord: TypeAlias = Record | BrokenRecord


@contextmanager
def open_table(
    file: BinaryIO,
    needed: Collection[str],
    known: Collection[str],
    encoding: str | None = None,
    fits: Callable[[Collection[str]], bool] | None = None,
    ends_here: Callable[[], bool] = lambda: False,
) -> Iterator[Table]:
    """Open a table that has at least one of the columns `needed`, and others of the `known`.

    `fits` may say otherwise which columns are those of a table; `ends_here` is asked among empty
    rows whether to read no further.

    Commas, semicolons, tabs or bars; UTF-8, or what `encoding` names, UTF-16 and UTF-32 where the
    file says so; lines ended in any way. Above the header there may be empty lines, titles and
    `sep=`. `file` must be able to seek; it stays open.

    Raises:
        NoHeader: nothing names one of the columns, with what stands where they should.
        BadTable: it is no table, and what to do. The message goes on from the file's name.
    """
    file.seek(0)
    head = file.read(HEAD)
    if what := what_it_is(head):
        raise BadTable(what)
    with Lines(file, encoding) as lines:
        try:
            header = take_header(lines, needed, known, fits)
        except BadTable:
            if what := what_the_text_is(head):
                raise BadTable(what) from None
            raise
        yield Table(header, rows_below(lines, header, ends_here))
