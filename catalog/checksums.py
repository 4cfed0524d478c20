"""A checksum in each row: what changed behind our back, on the disk or by hand, is noticed.

Connections that write through us keep them by triggers of their own (`watch`), so that no writer
can forget it. Other programs can still change the tables, and are found out.
"""

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Float,
    Integer,
    LargeBinary,
    Table,
    TypeDecorator,
    text,
)
from sqlalchemy.orm import Session

from catalog.models import CHECKSUM, Base

_FUNCTION = "row_checksum"
_AS_IT_IS = (Integer, Float, LargeBinary)


@dataclass(frozen=True, slots=True)
class SealedRow:
    """One row, by its table and SQLite's own number."""

    table: str
    number: int


def row_checksum(*values: float | str | bytes | None) -> int:
    """Give 64 bits of a row's values; another row hardly has the same."""
    digest = hashlib.blake2b(digest_size=8)
    for value in values:
        data = value if isinstance(value, bytes) else repr(value).encode("utf-8", "replace")
        digest.update(f"{type(value).__name__}{len(data)}:".encode())
        digest.update(data)
    return int.from_bytes(digest.digest(), "little", signed=True)


def teach(driver: sqlite3.Connection) -> None:
    """Let a connection work out checksums."""
    driver.create_function(_FUNCTION, -1, row_checksum, deterministic=True)


def watch(driver: sqlite3.Connection) -> None:
    """Let a connection that was taught keep the checksum of each row that it writes."""
    for table in _tables():
        kept = f"UPDATE {table.name} SET {CHECKSUM} = {_worked_out(table, 'NEW.')}"
        for event, name in (("INSERT", "insert"), (f"UPDATE OF {_columns(table)}", "update")):
            driver.execute(
                f"CREATE TEMP TRIGGER IF NOT EXISTS sealed_{table.name}_{name} AFTER {event}"
                f" ON main.{table.name} BEGIN {kept} WHERE rowid = NEW.rowid; END"
            )


def seal_all(connection: Connection) -> None:
    """Give every row its checksum, as after a change of the tables."""
    driver = connection.connection.dbapi_connection
    assert isinstance(driver, sqlite3.Connection)
    teach(driver)
    for table in _tables():
        connection.execute(text(f"UPDATE {table.name} SET {CHECKSUM} = {_worked_out(table)}"))


def seal(session: Session, rows: Sequence[SealedRow]) -> None:
    """Take these rows as they are now."""
    for table in _tables():
        numbers = [row.number for row in rows if row.table == table.name]
        session.execute(
            text(
                f"UPDATE {table.name} SET {CHECKSUM} = {_worked_out(table)}"
                " WHERE rowid IN (SELECT value FROM json_each(:numbers))"
            ),
            {"numbers": json.dumps(numbers)},
        )


def damaged(session: Session, among: Sequence[SealedRow] | None = None) -> Iterator[SealedRow]:
    """Find the rows, of these or of all, that are not as they were written."""
    for table in _tables():
        query = f"SELECT rowid FROM {table.name} WHERE {CHECKSUM} IS NOT {_worked_out(table)}"
        asked = {}
        if among is not None:
            query += " AND rowid IN (SELECT value FROM json_each(:numbers))"
            asked["numbers"] = json.dumps([row.number for row in among if row.table == table.name])
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


def _columns(table: Table) -> str:
    return ", ".join(_covered(table))


def _worked_out(table: Table, prefix: str = "") -> str:
    values = (_value(table.c[name], f"{prefix}{name}") for name in _covered(table))
    return f"{_FUNCTION}({', '.join(values)})"


def _value(column: Column[Any], name: str) -> str:
    kind = column.type.impl_instance if isinstance(column.type, TypeDecorator) else column.type
    if not isinstance(kind, _AS_IT_IS):
        # Text as its bytes: once damaged they may be no text any more.
        return f"CAST({name} AS BLOB)"
    return f"CASE typeof({name}) WHEN 'text' THEN hex({name}) ELSE {name} END"
