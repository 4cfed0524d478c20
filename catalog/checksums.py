"""A checksum in each row: what changed behind our back, on the disk or by hand, is noticed.

Connections that write through us keep them by triggers of their own (`watch`), so that no writer
can forget it. Other programs can still change the tables, and are found out.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import (
    Connection,
    Float,
    Integer,
    LargeBinary,
    Table,
    text,
)
from sqlalchemy.orm import Session

from catalog.dialect import sealing
from catalog.dialect.driver import Driver, driver_of
from catalog.dialect.lists import as_list
from catalog.dialect.tables import ROW
from catalog.models import CHECKSUM, Base

_AS_IT_IS = (Integer, Float, LargeBinary)


@dataclass(frozen=True, slots=True)
class SealedRow:
    """One row, by its table and the database's own number."""

    table: str
    number: int


def row_checksum(*values: float | str | bytes | None) -> int:
    """Return 64 bits of a row's values; another row hardly has the same."""
    digest = hashlib.blake2b(digest_size=8)
    for value in values:
        data = value if isinstance(value, bytes) else repr(value).encode("utf-8", "replace")
        digest.update(f"{type(value).__name__}{len(data)}:".encode())
        digest.update(data)
    return int.from_bytes(digest.digest(), "little", signed=True)


def teach(driver: Driver) -> None:
    """Let a connection work out checksums."""
    sealing.teach(driver, row_checksum)


def watch(driver: Driver) -> None:
    """Let a connection that was taught keep the checksum of each row that it writes."""
    for table in _tables():
        kept = f"{CHECKSUM} = {_worked_out(table, 'NEW.')}"
        sealing.watch(driver, table.name, _covered(table), kept)


def seal_all(connection: Connection) -> None:
    """Give every row its checksum, as after a change of the tables."""
    teach(driver_of(connection))
    for table in _tables():
        connection.execute(text(f"UPDATE {table.name} SET {CHECKSUM} = {_worked_out(table)}"))


def seal(session: Session, rows: Sequence[SealedRow]) -> None:
    """Take these rows as they are now."""
    for table in _tables():
        numbers = [row.number for row in rows if row.table == table.name]
        session.execute(
            text(
                f"UPDATE {table.name} SET {CHECKSUM} = {_worked_out(table)}"
                f" WHERE {sealing.among_rows(':numbers')}"
            ),
            {"numbers": as_list(numbers)},
        )


def damaged(session: Session, among: Sequence[SealedRow] | None = None) -> Iterator[SealedRow]:
    """Find the rows, of these or of all, that are not as they were written."""
    for table in _tables():
        other = sealing.differs(CHECKSUM, _worked_out(table))
        query = f"SELECT {ROW} FROM {table.name} WHERE {other}"
        asked = {}
        if among is not None:
            query += f" AND {sealing.among_rows(':numbers')}"
            asked["numbers"] = as_list([row.number for row in among if row.table == table.name])
        for (number,) in session.execute(text(query), asked):
            yield SealedRow(table.name, number)


def _tables() -> list[Table]:
    return sorted(
        (table for table in Base.metadata.tables.values() if CHECKSUM in table.c),
        key=lambda table: table.name,
    )


def _covered(table: Table) -> list[str]:
    return [
        column.name
        for column in table.columns
        if column.name != CHECKSUM and column.computed is None
    ]


def _worked_out(table: Table, prefix: str = "") -> str:
    covered = _covered(table)
    text_like = frozenset(name for name in covered if not isinstance(table.c[name].type, _AS_IT_IS))
    return sealing.worked_out(covered, text_like, prefix)
