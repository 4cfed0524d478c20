"""What a folder or an archive holds: one table, or pictures alone, and what is passed over."""

import io
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial

from catalog.errors import BadSource
from embeddings.errors import BadTable
from embeddings.files.picture_files import why_no_picture
from embeddings.tables import open_table
from embeddings.tables.lines import encoding_of
from service.importing.columns import COLUMNS
from service.importing.report import RowNote, printable

_TABLE = re.compile(r"\.(?:csv|tsv|tab)$", re.IGNORECASE)
_TEXT = re.compile(r"\.(?:txt|text|dat)$", re.IGNORECASE)
_WORKBOOK = re.compile(
    r"\.(?:xls[xmb]?|ods|numbers)$|\.(?:csv|tsv|txt)\.(?:gz|bz2|xz|zip)$", re.IGNORECASE
)
_NAMED = 10  # files passed over that a report names; the others it counts


@dataclass(frozen=True, slots=True)
class Contents:
    """The files of a source, by their names with `/` between, in order."""

    pictures: tuple[str, ...] = ()
    table: str | None = None  # then it says which pictures count
    passed_over: dict[str, str] = field(default_factory=dict)  # why, by name

    def notes(self) -> list[RowNote]:
        """Name the first files that were passed over, and why."""
        told = list(self.passed_over.items())[:_NAMED]
        return [RowNote(0, "", f"'{printable(name)}' was passed over: {why}") for name, why in told]


def sort_out(
    files: Iterable[str],
    head: Callable[[str], bytes],
    source: str,
    passed_over: dict[str, str],
) -> Contents:
    """Tell tables, pictures and other files apart; `head` gives a file's first bytes.

    `passed_over` says why, by name, of what was not even listed; the files take their place in it.

    Raises:
        BadSource: there is nothing to import, more than one table, or a table of a kind that is
            not read; `source` is how the message calls it.
    """
    pictures: list[str] = []
    tables: list[str] = []
    unread: list[str] = []
    for name in files:
        file = name.rpartition("/")[2].strip()
        if _TABLE.search(file):
            tables.append(name)
        elif _WORKBOOK.search(file):
            unread.append(name)
        elif why := why_no_picture(file, partial(head, name)):
            if _TEXT.search(file) and (kind := _kind_of_text(head(name))):
                (tables if kind == "table" else unread).append(name)
            else:
                passed_over[name] = why
        else:
            pictures.append(name)
    return _chosen(pictures, tables, unread, source, passed_over)


def _chosen(
    pictures: list[str],
    tables: list[str],
    unread: list[str],
    source: str,
    passed_over: dict[str, str],
) -> Contents:
    if len(tables) > 1:
        them = ", ".join(sorted(map(printable, tables))[:5])
        raise BadSource(f"{source} has more than one CSV: {them}")
    if unread and not tables:
        raise BadSource(
            f"{source} has a table that cannot be read, '{printable(unread[0])}': save it as "
            "'CSV UTF-8' with a column 'sku', or take it out to import the pictures alone"
        )
    if not pictures and not tables:
        them = ", ".join(f"'{printable(name)}' ({why})" for name, why in [*passed_over.items()][:3])
        raise BadSource(f"{source} holds no table and no picture" + (f", only {them}" * bool(them)))
    passed_over |= dict.fromkeys(unread, "a table that is not read")
    return Contents(tuple(pictures), tables[0] if tables else None, passed_over)


def _kind_of_text(head: bytes) -> str | None:
    """Return whether a text is a `table` with SKUs, or some `other` table; None: a mere text."""
    try:
        with open_table(io.BytesIO(head), ("sku",), COLUMNS):
            return "table"
    except BadTable:
        text = head.decode(encoding_of(head), "replace")
    rows = [line.split("\t") for line in text.splitlines() if line.strip()]
    return "other" if len(rows) > 1 and len(rows[0]) == len(rows[1]) > 1 else None
