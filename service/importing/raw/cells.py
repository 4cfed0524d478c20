"""Values that are no text in their file, as the text that a person would write for them."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from embeddings.tables import MAX_LINE
from embeddings.tables.naming import name_of
from service.importing.raw.row import RawRow

_DEEPEST = 8  # lists within each other
_EXACT = 10**15  # a number with a point that is as large has lost its last digits


class NoCell(Exception):
    """A value that no cell can hold."""


@dataclass(frozen=True, slots=True)
class Unread:
    """Stands for a value that the file does not tell."""

    why: str


def text_of(value: object, depth: int = 0) -> str:
    """Write a value as a cell: a list with bars between, nothing as an empty one.

    Raises:
        NoCell: it is made of named parts, is no text, or is no longer what was written.
    """
    if value is None:
        return ""
    if isinstance(value, str):
        if len(value) > MAX_LINE:
            raise NoCell(f"a cell has at most {MAX_LINE} characters, this one {len(value)}")
        return value
    if isinstance(value, Unread):
        raise NoCell(value.why)
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, bytes):
        return _decoded(value)
    if isinstance(value, Mapping) or not isinstance(value, Sequence):
        raise NoCell(f"a cell is a text, a number or a list of them, got {type(value).__name__}")
    if depth == _DEEPEST:
        raise NoCell(f"a cell is a list at most, got lists within each other, {_DEEPEST} deep")
    return "|".join(text for text in (text_of(each, depth + 1) for each in value) if text)


def row_of(
    line: int,
    values: Iterable[tuple[str, object]],
    fault: str | None = None,
    pictures: tuple[str, ...] = (),
) -> RawRow:
    """Return a row of named values; what no cell can hold is said of its column.

    A name that comes twice is a fault of the row: which of both counts is not ours to guess.
    """
    cells: dict[str, str] = {}
    unread: dict[str, str] = {}
    for written, value in values:
        name = name_of(written)
        if name in cells:
            fault = fault or f"the row says '{name[:60]}' twice"
            continue
        try:
            cells[name] = text_of(value)
        except NoCell as error:
            cells[name], unread[name] = "", str(error)
    return RawRow(line, cells, fault, pictures=pictures, unread=unread)


def _decoded(value: bytes) -> str:
    """Read bytes as the text that many programs store so."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        raise NoCell("a cell is a text, a number or a list of them, got bytes") from None


def _number(value: float) -> str:
    """Write a number as spreadsheets show it, with at most 15 digits and no exponent.

    Raises:
        NoCell: it had more digits before its point, which are lost.
    """
    if math.isnan(value):
        return ""
    if abs(value) >= _EXACT:
        raise NoCell(f"of a number only 15 digits are left, {value:.15g}: write it as a text")
    if value.is_integer():
        return str(int(value))
    text = f"{value:.15g}"
    return f"{Decimal(text):f}" if "e" in text else text
