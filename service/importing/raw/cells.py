"""Values that are no text in their file, as the text that a person would write for them."""

import math
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal

from embeddings.tables.naming import name_of
from service.importing.raw.row import RawRow


class NoCell(Exception):
    """A value that no cell can hold."""


def text_of(value: object) -> str:
    """Write a value as a cell: a list with bars between, nothing as an empty one.

    Raises:
        NoCell: it is made of named parts, or of bytes.
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return value
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
    if isinstance(value, Mapping) or not isinstance(value, Sequence) or isinstance(value, bytes):
        raise NoCell(f"a cell is a text, a number or a list of them, got {type(value).__name__}")
    return "|".join(text for text in map(text_of, value) if text)


def row_of(line: int, values: Mapping[str, object], fault: str | None = None) -> RawRow:
    """Return a row of named values; one that no cell can hold is its fault, if it has no other."""
    cells: dict[str, str] = {}
    for name, value in values.items():
        try:
            cells[name_of(name)] = text_of(value)
        except NoCell as error:
            cells[name_of(name)] = ""
            fault = fault or f"'{name[:60]}': {error}"
    return RawRow(line, cells, fault)


def _number(value: float) -> str:
    """Write a number as spreadsheets show it, with at most 15 digits and no exponent."""
    if math.isnan(value):
        return ""
    text = f"{value:.15g}"
    if value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return f"{Decimal(text):f}" if "e" in text else text
