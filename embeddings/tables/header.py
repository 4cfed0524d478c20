"""Finds the line that names a table's columns, below whatever a program put above it."""

import re
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass

from embeddings.errors import BadTable, NoHeader
from embeddings.tables.lines import MAX_LINE, Lines, TooLong
from embeddings.tables.naming import MAX_COLUMNS, Split, Splitter

_DELIMITERS = ",;\t|"
_SEARCHED = 20  # lines: what stands above a header is shorter
_SEEN = 100  # cells that are kept to look for a name that is nearly one
_SEP = re.compile(r'"?sep=(.)"?[,;\t]*', re.I)  # how a file tells Excel its delimiter


@dataclass(frozen=True, slots=True)
class Header:
    """The columns of a table, and what divides its cells."""

    names: tuple[str, ...]  # in small letters, without what is around them; "" where it has none
    written: tuple[str, ...]  # as the file has them
    delimiter: str
    line: int  # where it begins, from 1
    is_quoted: bool  # every name stands in quotation marks


def take_header(
    lines: Lines,
    needed: Collection[str],
    known: Collection[str],
    fits: Callable[[Collection[str]], bool] | None = None,
) -> Header:
    """Take lines up to the end of that which names one of the columns `needed`.

    Or up to the first whose columns, by their names, are such as `fits`.

    Raises:
        NoHeader: none of the first does; `known` are the columns that the message offers.
        BadTable: it names a column twice, or there is no end to it.
    """
    delimiters, first = _DELIMITERS, ""
    splitter = Splitter(lines)
    seen: list[str] = []  # of the line that is most like a header
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
        splits = [splitter.split(line, delimiter) for delimiter in delimiters]
        if fits is None:
            fitting = [split for split in splits if not set(split.names).isdisjoint(needed)]
        else:
            fitting = [split for split in splits if fits(split.names)]
        if fitting:
            best = max(fitting, key=lambda split: len(split.cells))
            begins = lines.number
            for _ in range(best.more):
                lines.take()
            _check(best)
            is_quoted = line.count('"') >= 2 * len(best.cells)
            return Header(best.names, tuple(best.cells), best.delimiter, begins, is_quoted)
        if len(seen) < 2 and first:
            seen = max((split.cells for split in splits), key=len)[:_SEEN]
    raise NoHeader(_none(needed, known, first), seen)


def _check(split: Split) -> None:
    if len(split.cells) > MAX_COLUMNS:
        raise BadTable(f"has {len(split.cells)} columns; a table has at most {MAX_COLUMNS}")
    twice = sorted(name for name, times in Counter(split.names).items() if name and times > 1)
    if twice:
        raise BadTable(f"has a column twice: {', '.join(twice)[:200]}")


def _none(needed: Collection[str], known: Collection[str], first: str) -> str:
    wanted = " or ".join(f"'{name}'" for name in needed)
    if not first:
        return f"is empty: its first line names the columns, {wanted} among them"
    came = "".join(each if each.isprintable() else " " for each in first[:80]).strip()
    columns = f"the columns are {', '.join(known)}"
    return f"needs a first line with the column {wanted}; {columns}; it begins with: {came}"
