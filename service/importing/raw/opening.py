"""Tells by its bytes what kind of table a file is, whatever it is called."""

import re
from collections.abc import Iterator
from typing import BinaryIO, Protocol

from embeddings.tables.kinds import HEAD
from embeddings.tables.lines import count_lines, encoding_of
from service.importing.raw.feed import Feed
from service.importing.raw.json_lines import JsonLines
from service.importing.raw.parquet import ParquetTable
from service.importing.raw.row import Fits, RawRow
from service.importing.raw.text import TextTable
from service.importing.raw.workbook import Workbook

OPENED_AS = (
    ".csv", ".tsv", ".tab", ".txt", ".xlsx", ".xlsm", ".parquet", ".jsonl", ".ndjson", ".xml",
)  # fmt: skip
"""How files are called that may be tables which can be read."""

_FEED = re.compile(r"<(?:\?xml\b|(?:\w+:)?(?:rss|feed|rdf|channel)\b)", re.IGNORECASE)
_HTML = re.compile(r"<(?:!doctype\s+)?html\b", re.IGNORECASE)


class RawTable(Protocol):
    """A table whose columns are known, and which can be gone through more than once."""

    @property
    def names(self) -> tuple[str, ...]:
        """The columns, as `name_of` names them; empty where one has no name."""
        ...

    @property
    def line(self) -> int:
        """Where the columns stand."""
        ...

    @property
    def notes(self) -> tuple[str, ...]:
        """What is to be told of the file as a whole."""
        ...

    def __iter__(self) -> Iterator[RawRow]:
        """Give row by row. Raises: BadTable."""
        ...


def open_raw(
    file: BinaryIO, fits: Fits, known: tuple[str, ...], encoding: str | None = None
) -> RawTable:
    """Open a table whose columns satisfy `fits`; `file` can seek and stays open.

    `known` are the columns that a message offers, `encoding` is that of a text which does not tell
    its own.

    Raises:
        NoHeader: nothing names such columns, with what stands where they should.
        BadTable: it is no table, and what to do. The message goes on from the file's name.
    """
    file.seek(0)
    head = file.read(HEAD)
    if is_workbook(head):
        return Workbook(file, fits)
    if head.startswith(b"PAR1"):
        return ParquetTable(file, fits)
    if is_feed(head):
        return Feed(file, fits)
    if _is_json(head):
        return JsonLines(file, fits)
    return TextTable(file, fits, known, encoding)


def rows_ahead(file: BinaryIO) -> int | None:
    """Return about how many rows a table has, read through; None where lines are no rows."""
    head = file.read(HEAD)
    file.seek(0)
    if is_packed(head) or is_feed(head):
        return None
    if _is_json(head):
        return count_lines(file)
    return max(0, count_lines(file, with_quotes=True) - 1)  # the columns have one


def is_feed(head: bytes) -> bool:
    """Return whether a file's first bytes are those of XML that is no web page."""
    begin = _begin(head)
    return _FEED.match(begin) is not None and _HTML.search(begin) is None


def is_packed(head: bytes) -> bool:
    """Return whether a file's first bytes are those of a table that is no text."""
    return is_workbook(head) or head.startswith(b"PAR1")


def _is_json(head: bytes) -> bool:
    begin = _begin(head)
    return begin.startswith("{") and not begin.startswith("{\\rtf")


def _begin(head: bytes) -> str:
    return head[:4000].decode(encoding_of(head), "replace").lstrip("\ufeff\0 \t\r\n")


def is_workbook(head: bytes) -> bool:
    """Return whether a file's first bytes are those of an Excel workbook as of 2007."""
    is_office = b"xl/" in head or b"[Content_Types].xml" in head
    return head.startswith(b"PK\3\4") and is_office and b"opendocument" not in head
