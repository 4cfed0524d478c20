"""One row of a table: as its file has it, and as our columns have it."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

Fits: TypeAlias = Callable[[Collection[str]], bool]
"""Whether these are the columns of a table that can be read; they are named as `name_of` does."""


@dataclass(frozen=True, slots=True)
class RawRow:
    """The cells of one row by column, named as `name_of` compares them."""

    line: int  # where it begins in a text, from 1; elsewhere its number, the columns being 1
    cells: Mapping[str, str]
    fault: str | None = None  # of the row as a whole
    said: Mapping[str, str] = field(default_factory=dict)  # by our columns, where a shop said which
    pictures: tuple[str, ...] = ()  # that lie in the table's own file, at this row
    unread: Mapping[str, str] = field(default_factory=dict)  # by column: why its cell is no text


@dataclass(frozen=True, slots=True)
class TableRow:
    """The cells of one product by our columns; nothing is checked yet."""

    line: int
    cells: dict[str, str]
    fault: str | None = None  # of the row as a whole


@dataclass(frozen=True, slots=True)
class Note:
    """What is to be told of a table or of one of its rows."""

    line: int  # 0: of the whole table
    text: str
