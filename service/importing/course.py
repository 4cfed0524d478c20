"""How far an import is, row by row, so that one that was interrupted goes on exactly there.

Rows are numbered in the order in which the source gives them, which is the same each time it is
read. A line may hold several rows, or a row several lines, so lines would not do.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from sqlalchemy.orm import Session

from service.importing.report import RowError, RowNote
from service.importing.row import Row


@dataclass(frozen=True, slots=True)
class Numbered:
    """What a source tells that is no row of a product, by its number."""

    number: int
    told: RowNote | RowError


@dataclass(frozen=True, slots=True)
class Step:
    """What was dealt with since the last step, and what came of the import in all."""

    numbers: Sequence[int]  # of the rows
    errors: Sequence[RowError]
    notes: Sequence[RowNote]
    brought: Sequence[tuple[int, str]]  # the line and SKU of each product that is new or changed
    counts: Mapping[str, int]  # since the import was begun or taken up again
    done: int  # rows, likewise


class Course(Protocol):
    """What remembers how far an import is."""

    @property
    def done(self) -> int:
        """How many rows were dealt with before this import was taken up again."""
        ...

    def is_done(self, number: int) -> bool:
        """Say whether a row was dealt with before."""
        ...

    def keep(self, step: Step, session: Session | None) -> None:
        """Remember a step, in the transaction that makes it where there is one.

        What it raises undoes that transaction and ends the import.
        """
        ...


def numbered(rows: Iterable[Row | RowNote | RowError]) -> Iterator[Row | Numbered]:
    """Give what a source gives with its numbers, from 0."""
    for number, row in enumerate(rows):
        if isinstance(row, Row):
            yield replace(row, number=number)
        else:
            yield Numbered(number, row)
