"""The columns of a table: which of ours each is, or may be, with its first cells."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import BinaryIO

from catalog.errors import BadSource
from embeddings.errors import BadTable, NoHeader
from embeddings.files.names import legible
from embeddings.tables.naming import in_part, is_read
from service.importing.columns import (
    COLUMNS,
    EXPORTED,
    MORE_PHOTOS,
    OF_THE_MODEL,
    meant_at_last_by,
    meant_by,
)
from service.importing.formats import recognised
from service.importing.raw import Fits, RawRow, RawTable, open_raw
from service.importing.raw.patience import looking
from service.importing.table import TableOptions, fits_by

_LONGEST = 80  # characters of a cell that are shown
_MOST = 500  # columns that are told of; nobody maps more


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a file."""

    theirs: str  # as it is compared: see `name_of`
    samples: tuple[str, ...]  # its first cells that are not empty
    mapped: str | None  # which of ours a shop has said it is; empty: it is left out
    suggested: str | None  # which of ours it is by its name, or may be
    is_ours: bool  # it is called as ours is, or is one that an export of ours has

    @property
    def shown(self) -> str:
        """What it is called, with a mark in place of each letter that is undecoded."""
        return in_part(self.theirs)


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a table."""

    columns: tuple[Column, ...]
    format: str | None  # the shop system whose export it is, as in "read as ..."
    has_skus: bool  # it can be read as it stands

    has_undecoded: bool = False  # letters of a name or of the first cells are in another encoding

    @property
    def are_decoded(self) -> bool:
        """Whether every letter of their names was read in the encoding."""
        return all(is_read(column.theirs) for column in self.columns)


def columns_of(file: BinaryIO, name: str, options: TableOptions, samples: int) -> Columns:
    """Find the columns, also of a table of which nothing tells the SKU yet. Raises: BadSource."""
    fits = fits_by(options.renaming)
    try:
        table = _opened(file, fits, options.encoding)
        with looking(lambda: True):  # a few rows of the first, or none
            rows = list(islice(table, samples * 4))
    except BadTable as error:
        raise BadSource(legible(f"{name} {error}")) from error
    found = None if options.renaming.names_skus else recognised(table.names)
    known: list[Column] = []
    has_undecoded = False
    taken: set[str] = set()
    for theirs in list(dict.fromkeys(filter(None, table.names)))[:_MOST]:
        cells = [row.cells.get(theirs, "").strip()[:_LONGEST] for row in rows]
        readable = list(map(legible, cells))
        has_undecoded = has_undecoded or readable != cells or not is_read(theirs)
        is_ours = theirs in COLUMNS + MORE_PHOTOS + EXPORTED
        if theirs in OF_THE_MODEL and "photo_digests" not in table.names:
            is_ours = False  # a shop's own word, and no export of ours
        meant = theirs if is_ours else meant_by(theirs)
        suggested = None if meant in taken or meant in EXPORTED else meant
        if suggested is not None and suggested != "photo":  # which several may make up
            taken.add(suggested)
        known.append(
            Column(
                theirs,
                tuple(list(dict.fromkeys(filter(None, readable)))[:samples]),
                options.renaming.columns.get(theirs),
                suggested,
                is_ours,
            )
        )
    for place, column in enumerate(known):
        last = None if column.suggested or column.is_ours else meant_at_last_by(column.theirs)
        if last is not None and last not in taken:
            taken.add(last)
            known[place] = replace(column, suggested=last)
    if not fits(table.names):
        known = _with_sku(known, rows)
    title = None if found is None else found.title
    return Columns(tuple(known), title, fits(table.names), has_undecoded)


def _with_sku(columns: Sequence[Column], rows: Sequence[RawRow]) -> list[Column]:
    """Take the number of a model for the SKU where nothing else is, and no two rows have one.

    Of a shop that counts its variants it comes again in rows that follow each other.
    """
    styles = [each for each in columns if each.suggested == "style" and not each.is_ours]
    if len(styles) != 1 or any(each.suggested == "sku" for each in columns):
        return list(columns)
    [style] = styles
    cells = [row.cells.get(style.theirs, "").strip() for row in rows]
    is_each = len(cells) > 1 and len(set(filter(None, cells))) == len(cells)
    return [
        replace(each, suggested="sku") if each is style and is_each else each for each in columns
    ]


def _opened(file: BinaryIO, fits: Fits, encoding: str | None) -> RawTable:
    """Open a table by what fits, or else by the first line that has several cells, or any."""
    for each in (fits, _several, _any):
        try:
            return open_raw(file, each, COLUMNS, encoding)
        except NoHeader as error:
            last = error
    raise last


def _several(names: Collection[str]) -> bool:
    return sum(map(bool, names)) > 1


def _any(names: Collection[str]) -> bool:
    return any(names)
