"""Reads the rows of a product table as a stream, whatever program wrote it."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from typing import BinaryIO

from catalog.errors import BadSource
from embeddings.errors import BadTable, NoHeader
from embeddings.files.names import legible
from service.importing.columns import COLUMNS, MORE_PHOTOS, hint_at, notes_on
from service.importing.formats import recognised
from service.importing.raw import Fits, Note, RawRow, RawTable, Renaming, TableRow, open_raw
from service.importing.raw.patience import ends_at, ends_here
from service.importing.report import REASON, RowError, RowNote
from service.tables.prices import price_from_text

__all__ = ["TableOptions", "TableRow", "is_table", "read_table"]


@dataclass(frozen=True, slots=True)
class TableOptions:
    """How a table is to be read."""

    encoding: str | None = None  # of a text that does not tell its own
    renaming: Renaming = field(default_factory=Renaming)
    currency: str | None = None  # of prices that do not say theirs


def is_table(names: Collection[str]) -> bool:
    """Return whether columns are ours, or those of a shop system that is known."""
    return "sku" in names or recognised(names) is not None


def fits_by(renaming: Renaming) -> Fits:
    """Return what tells the columns of a table, where a shop may have said which are which."""

    def fits(names: Collection[str]) -> bool:
        if renaming.names_skus:
            return any(renaming.columns.get(name) == "sku" for name in names)
        return is_table(names)

    return fits


def read_table(
    file: BinaryIO, name: str, options: TableOptions | None = None
) -> Iterator[TableRow | RowNote | RowError]:
    """Read a table row by row; one that cannot be split into cells has that as its fault.

    What is to be told of the columns comes first, as notes.

    Raises:
        BadSource: it is no table with a column `sku`, and none of a shop system that is known;
            `name` is how the message calls it.
    """
    options = options or TableOptions()
    renaming = options.renaming
    try:
        table = open_raw(file, fits_by(renaming), COLUMNS, options.encoding)
        renaming.check(table.names)
        for item in _rows(table, renaming):
            if options.currency and isinstance(item, TableRow):
                _say_currency(item.cells, options.currency)
            yield item
    except NoHeader as error:
        raise BadSource(legible(f"{name} {error}{hint_at('sku', error.cells)}")) from error
    except BadTable as error:
        raise BadSource(legible(f"{name} {' '.join(str(error).split())}")) from error


def _rows(table: RawTable, renaming: Renaming) -> Iterator[TableRow | RowNote]:
    """Give the notes and the rows. Raises: BadTable."""
    found = None if renaming.names_skus else recognised(table.names)
    mapped = _Mapped(table, renaming) if renaming.columns else table
    is_empty = True
    for text in table.notes:
        yield RowNote(0, "", text)
    if found is not None:
        yield RowNote(0, "", f"read as {found.title}")
        for item in found.rows(_Counted(mapped, None)):
            if isinstance(item, Note):
                yield RowNote(item.line, "", item.text)
            else:
                is_empty = False
                yield item
    else:
        yield from notes_on(table.line, mapped.names)
        for row in _Counted(mapped, frozenset((*COLUMNS, *MORE_PHOTOS))):
            if not _is_of_others(row):
                is_empty = False
                yield _plain(row)
    if is_empty and not ends_here():  # or else there may be some
        told_of = "no row stands below the columns: nothing changes"
        yield RowNote(table.line, "", told_of)


def _say_currency(cells: dict[str, str], currency: str) -> None:
    """Say the currency of a row whose price may be in it, and which says no other."""
    prices = [cells[column] for column in ("price", "sale_price") if column in cells]
    if not prices or cells.get("currency"):
        return
    try:
        said = price_from_text(next(filter(None, prices), prices[0])).currencies
    except ValueError:  # its own rule tells of it
        return
    if not said or currency in said:
        cells["currency"] = currency


class _Mapped:
    """A table with some of its columns called otherwise."""

    def __init__(self, table: RawTable, renaming: Renaming) -> None:
        self._table, self._renaming = table, renaming
        self.line, self.notes = table.line, table.notes
        self.names = renaming.of_names(table.names)

    def __iter__(self) -> Iterator[RawRow]:
        return map(self._renaming.of_row, self._table)


class _Counted:
    """A table in which a cell that could not be read is its row's fault, if its column counts."""

    def __init__(self, table: RawTable, counts: frozenset[str] | None) -> None:
        """Take the columns that count; None: all of them."""
        self._table, self._counts = table, counts
        self.line, self.names, self.notes = table.line, table.names, table.notes

    def __iter__(self) -> Iterator[RawRow]:
        for number, row in enumerate(self._table, 1):
            # Of some exports most rows say nothing that counts: nobody above sees them go by.
            if ends_at(number):
                return
            faults = (
                f"'{name[:60]}': {why}"
                for name, why in row.unread.items()
                if self._counts is None or name in self._counts
            )
            yield replace(row, fault=next(faults, None)) if row.unread and not row.fault else row


def _is_of_others(row: RawRow) -> bool:
    """Return whether a row gives a reason and nothing else, as a file of refused rows may end."""
    told = {name for name, cell in row.cells.items() if cell.strip()}
    return told == {REASON} and not row.fault and not row.pictures


def _plain(row: RawRow) -> TableRow:
    """Take a row whose columns are ours."""
    cells = dict(row.cells) | dict(row.said)
    if row.pictures and not cells.get("photo"):
        cells["photo"] = "|".join(row.pictures)
    return TableRow(row.line, cells, row.fault)
