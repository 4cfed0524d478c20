"""What a format is, and what all of them do alike."""

from collections.abc import Collection, Iterator, Mapping
from typing import Protocol

from service.importing.raw import Note, RawRow, RawTable, TableRow
from service.wording import counted

_NAMED = 5  # lines of what is left out; the others are counted


class Format(Protocol):
    """How one shop system exports its products."""

    title: str  # as in "read as ..."

    def recognises(self, names: Collection[str]) -> bool:
        """Return whether these are its columns, as `name_of` names them."""
        ...

    def rows(self, table: RawTable) -> Iterator[TableRow | Note]:
        """Give a table's products by our columns, and what is to be told of the rest."""
        ...


class LeftOut:
    """Rows that are no products of their own, by the reason why."""

    def __init__(self) -> None:
        self._lines: dict[str, list[int]] = {}
        self._more: dict[str, int] = {}

    def add(self, reason: str, line: int) -> None:
        """Count one more; a reason goes on from "3 rows:"."""
        lines = self._lines.setdefault(reason, [])
        if len(lines) < _NAMED:
            lines.append(line)
        else:
            self._more[reason] = self._more.get(reason, 0) + 1

    def notes(self) -> Iterator[Note]:
        """Tell of each reason once, with its first lines."""
        for reason, lines in self._lines.items():
            more = self._more.get(reason, 0)
            number = len(lines) + more
            where = ", ".join(map(str, lines)) + (f" and {more} more" if more else "")
            yield Note(0, f"{counted(number, 'row')}: {reason} (line {where})")


def product(row: RawRow, cells: Mapping[str, str]) -> TableRow:
    """Make a product of cells by our columns; those that a shop has mapped itself go first."""
    told = dict(cells) | dict(row.said)
    if row.pictures and not told.get("photo"):
        told["photo"] = "|".join(row.pictures)
    return TableRow(row.line, told, row.fault)


def broken(row: RawRow) -> TableRow:
    """Give a row that cannot be split into cells, to be reported."""
    return TableRow(row.line, dict(row.cells), row.fault)
