"""What a source of pictures is, and holds: one table, or pictures alone, and what is passed over.

An import and a training read the same sources, so both ask here.
"""

import io
import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import partial
from pathlib import Path

from embeddings.errors import BadContents, BadTable
from embeddings.files.names import printable
from embeddings.files.picture_files import why_no_picture
from embeddings.tables import open_table
from embeddings.tables.kinds import HEAD, what_it_is, what_the_text_is
from embeddings.tables.lines import encoding_of

_TABLE = re.compile(r"\.(?:csv|tsv|tab)$", re.IGNORECASE)
_TEXT = re.compile(r"\.(?:txt|text|dat)$", re.IGNORECASE)
_WORKBOOK = re.compile(
    r"\.(?:xls[xmb]?|ods|numbers)$|\.(?:csv|tsv|txt)\.(?:gz|bz2|xz|zip)$", re.IGNORECASE
)
_TABLES = (".csv", ".tsv", ".tab", ".txt")


def _none(_name: str, _head: Callable[[], bytes]) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Columns:
    """What makes a table of a text: one of the columns that are needed, or columns that fit."""

    needed: Sequence[str]  # names of the one that is needed; the first is what messages call it
    known: Sequence[str]
    fits: Callable[[Collection[str]], bool] | None = None  # says otherwise what makes a table
    # Whether a file is a table that is no text and can be read, by its name and first bytes.
    is_other_table: Callable[[str, Callable[[], bytes]], bool] = _none


@dataclass(frozen=True, slots=True)
class Contents:
    """The files of a source, by their names with `/` between, in order."""

    pictures: tuple[str, ...] = ()
    table: str | None = None  # then it says which pictures count
    passed_over: dict[str, str] = field(default_factory=dict)  # why, by name


class SourceKind(Enum):
    """What a source is as a whole."""

    FOLDER = auto()
    ARCHIVE = auto()
    TABLE = auto()


def kind_of(path: Path, tables: Collection[str] = _TABLES) -> SourceKind:
    """Return what a source is, by its name; `tables` are the endings of those that can be read.

    Raises:
        BadContents: it is none.
    """
    if path.is_dir():
        return SourceKind.FOLDER
    if not path.is_file():
        raise BadContents(f"there is no file or folder '{path}'")
    if path.suffix.lower() == ".zip":
        return SourceKind.ARCHIVE
    if path.suffix.lower() in tables:
        return SourceKind.TABLE
    with path.open("rb") as file:
        head = file.read(HEAD)
    what = what_it_is(head) or what_the_text_is(head)
    more = f": it {what}" if what else ""
    endings = ", ".join(each for each in tables if each != ".tab")
    raise BadContents(f"'{path.name}' is no {endings} or .zip and no folder{more}")


def sort_out(
    files: Iterable[str],
    head: Callable[[str], bytes],
    source: str,
    passed_over: dict[str, str],
    columns: Columns,
) -> Contents:
    """Tell tables, pictures and other files apart; `head` gives a file's first bytes.

    `passed_over` says why, by name, of what was not even listed; the files take their place in it.

    Raises:
        BadContents: there is nothing to import, more than one table, or a table of a kind that is
            not read; `source` is how the message calls it.
    """
    pictures: list[str] = []
    tables: list[str] = []
    others: list[str] = []  # tables that are no text: read where there is none that is
    unread: list[str] = []
    for name in files:
        file = name.rpartition("/")[2].strip()
        if _TABLE.search(file):
            tables.append(name)
        elif columns.is_other_table(file, partial(head, name)):
            others.append(name)
        elif _WORKBOOK.search(file):
            unread.append(name)
        elif why := why_no_picture(file, partial(head, name)):
            if _TEXT.search(file) and (kind := _kind_of_text(head(name), columns)):
                (tables if kind == "table" else unread).append(name)
            else:
                passed_over[name] = why
        else:
            pictures.append(name)
    if len(others) > 1 and not tables:
        them = ", ".join(sorted(map(printable, others))[:5])
        raise BadContents(f"{source} has more than one table: {them}")
    unread += others if tables else []
    chosen = tables or others
    return _chosen(pictures, chosen, unread, source, passed_over, columns.needed[0])


def _chosen(
    pictures: list[str],
    tables: list[str],
    unread: list[str],
    source: str,
    passed_over: dict[str, str],
    needed: str,
) -> Contents:
    if len(tables) > 1:
        them = ", ".join(sorted(map(printable, tables))[:5])
        raise BadContents(f"{source} has more than one CSV: {them}")
    if unread and not tables:
        raise BadContents(
            f"{source} has a table that cannot be read, '{printable(unread[0])}': save it as "
            f"'CSV UTF-8' with a column '{needed}', or take it out to use the pictures alone"
        )
    if not pictures and not tables:
        them = ", ".join(f"'{printable(name)}' ({why})" for name, why in [*passed_over.items()][:3])
        only = f", only {them}" if them else ""
        raise BadContents(f"{source} holds no table and no picture{only}")
    passed_over |= dict.fromkeys(unread, "a table that is not read")
    return Contents(tuple(pictures), tables[0] if tables else None, passed_over)


def _kind_of_text(head: bytes, columns: Columns) -> str | None:
    """Return whether a text is a `table` with what is needed, or some `other`; None: a text."""
    try:
        with open_table(io.BytesIO(head), columns.needed, columns.known, fits=columns.fits):
            return "table"
    except BadTable:
        text = head.decode(encoding_of(head), "replace")
    rows = [line.split("\t") for line in text.splitlines() if line.strip()]
    return "other" if len(rows) > 1 and len(rows[0]) == len(rows[1]) > 1 else None
