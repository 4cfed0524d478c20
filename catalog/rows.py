"""Inserts many rows by the driver; through SQLAlchemy each would take ten times as long."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Table
from sqlalchemy.orm import Session


def insert_rows(
    session: Session, table: Table, rows: Sequence[Mapping[str, Any]], *, replace: bool = False
) -> None:
    """Insert rows that name the same columns, as SQLite stores them; no instants.

    With `replace` a row takes the place of one with the same primary key.
    """
    if not rows:
        return
    names = tuple(rows[0])
    columns = ", ".join(table.c[name].name for name in names)
    marks = ", ".join("?" * len(names))
    how = "INSERT OR REPLACE" if replace else "INSERT"
    session.connection().exec_driver_sql(
        f"{how} INTO {table.name} ({columns}) VALUES ({marks})",
        [tuple(row[name] for name in names) for row in rows],
    )
