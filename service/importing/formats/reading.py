"""Reads a row's cells by what they are, whichever of its names a column has."""

from collections.abc import Collection, Mapping

Columns = Mapping[str, tuple[str, ...]]
"""The names that a column may have, by what it is; the first that a file has counts."""


def places(columns: Columns, names: Collection[str]) -> dict[str, str]:
    """Give, of each column that a file has, what it is called there."""
    found: dict[str, str] = {}
    for what, called in columns.items():
        there = next((name for name in called if name in names), None)
        if there is not None:
            found[what] = there
    return found


class Cells:
    """One row's cells; what a file does not have is empty."""

    __slots__ = ("_cells", "_places")

    def __init__(self, cells: Mapping[str, str], where: Mapping[str, str]) -> None:
        self._cells, self._places = cells, where

    def __getitem__(self, what: str) -> str:
        name = self._places.get(what)
        return "" if name is None else self._cells.get(name, "").strip()

    def has(self, what: str) -> bool:
        """Return whether the file has such a column."""
        return self._places.get(what) in self._cells

    def put(self, cells: dict[str, str], column: str, what: str) -> None:
        """Take a cell over, if the file has its column."""
        if self.has(what):
            cells[column] = self[what]
