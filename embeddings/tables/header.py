"""Finds the line that names a table's columns, below whatever a program put above it."""

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from embeddings import names
from embeddings.errors import BadTable
from embeddings.tables.cells import Scan, split_line
from embeddings.tables.lines import MAX_LINE, Lines, TooLong
from embeddings.tables.shown import shown

MAX_COLUMNS = 16_384  # as many as a spreadsheet has
_DELIMITERS = ",;\t|"
_SEARCHED = 20  # lines: what stands above a header is shorter
_HEADER_LINES = 20  # that the names of columns may stretch over
_SEP = re.compile(r'"?sep=(.)"?[,;\t]*', re.I)  # how a file tells Excel its delimiter


@dataclass(frozen=True, slots=True)
class Header:
    """The columns of a table, and what divides its cells."""

    names: tuple[str, ...]  # in small letters, without what is around them; "" where it has none
    written: tuple[str, ...]  # as the file has them
    delimiter: str
    line: int  # where it begins, from 1
    is_quoted: bool  # every name stands in quotation marks


def take_header(lines: Lines, needed: Collection[str], known: Collection[str]) -> Header:
    """Take lines up to the end of that which names one of the columns `needed`.

    Raises:
        BadTable: none of the first does, or it names a column twice; `known` are the columns that
            the message offers.
    """
    delimiters, first = _DELIMITERS, ""
    for _ in range(_SEARCHED):
        line = lines.take()
        if line is None:
            break
        if isinstance(line, TooLong):
            raise BadTable(f"is no CSV: a line has at most {MAX_LINE} characters")
        line = line.lstrip("\ufeff")
        first = first or line.strip(" \t\r\n,;|")
        if found := _SEP.fullmatch(line.strip()):
            delimiters = found[1] + _DELIMITERS
            continue
        splits = [_Split.of(line, delimiter, lines) for delimiter in delimiters]
        fitting = [split for split in splits if not set(split.names).isdisjoint(needed)]
        if fitting:
            best = max(fitting, key=lambda split: len(split.names))
            begins = lines.number
            for _ in range(best.more):
                lines.take()
            _check(best.names)
            is_quoted = line.count('"') >= 2 * len(best.cells)
            return Header(best.names, tuple(best.cells), best.delimiter, begins, is_quoted)
    raise BadTable(_none(needed, known, first))


def name_of(cell: str) -> str:
    """Give a column's name as it is compared: without case, quotes and what nobody sees."""
    text = shown(cell).encode("utf-8", "backslashreplace").decode()
    return names.key(names.clean(text).strip("\"'"))


@dataclass(frozen=True, slots=True)
class _Split:
    """A line split by one delimiter, with those after it where a cell goes on in them."""

    delimiter: str
    cells: list[str]
    names: tuple[str, ...]
    more: int  # lines after the first

    @classmethod
    def of(cls, line: str, delimiter: str, lines: Lines) -> "_Split":
        cells, more = split_line(line, delimiter), 0
        if cells is None:
            cells, more = _over_lines(line, delimiter, lines)
        return cls(delimiter, cells, tuple(map(name_of, cells)), more)


def _over_lines(line: str, delimiter: str, lines: Lines) -> tuple[list[str], int]:
    scan = Scan(delimiter)
    scan.feed(line)
    ahead: list[str] = []
    while scan.is_open and len(ahead) < _HEADER_LINES and (more := lines.take()) is not None:
        ahead.append(more)
        scan.feed(more)
    lines.give_back(ahead)
    if scan.is_open or scan.faults:
        return line.rstrip("\r\n").split(delimiter), 0
    return scan.cells, len(ahead)


def _check(columns: tuple[str, ...]) -> None:
    if len(columns) > MAX_COLUMNS:
        raise BadTable(f"has {len(columns)} columns; a table has at most {MAX_COLUMNS}")
    twice = sorted(name for name, times in Counter(columns).items() if name and times > 1)
    if twice:
        raise BadTable(f"has a column twice: {', '.join(twice)[:200]}")


def _none(needed: Collection[str], known: Collection[str], first: str) -> str:
    wanted = " or ".join(f"'{name}'" for name in needed)
    if not first:
        return f"is empty: its first line names the columns, {wanted} among them"
    came = "".join(each if each.isprintable() else " " for each in first[:80]).strip()
    columns = f"the columns are {', '.join(known)}"
    return f"needs a first line with the column {wanted}; {columns}; it begins with: {came}"
