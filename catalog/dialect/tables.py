"""Rows, their numbers and the tables that they are in."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Table,
    func,
    inspect,
    literal_column,
    text,
)
from sqlalchemy.orm import Session

NEVER_REUSED = {"sqlite_autoincrement": True}  # of a table: an id is never used twice
ROW = "rowid"  # SQLite's own number of a row, in every table


def row_number(table: Table) -> ColumnElement[int]:
    """Return the column of the database's own numbers of a table's rows."""
    return literal_column(f"{table.name}.{ROW}", Integer)


def is_whole(column: Any) -> ColumnElement[bool]:
    """Return whether a cell is a whole number, whatever the column is for."""
    return func.typeof(column) == "integer"


def insert_rows(
    session: Session, table: Table, rows: Sequence[Mapping[str, Any]], *, replace: bool = False
) -> None:
    """Insert rows that name the same columns, as the driver stores them; no instants.

    Through SQLAlchemy each would take ten times as long. With `replace` a row takes the place of
    one with the same primary key.
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


def next_id(session: Session, table: Table) -> int:
    """Return the id that the next row of a table would get, if nobody else writes meanwhile."""
    query = text("SELECT seq FROM sqlite_sequence WHERE name = :t")
    return (session.scalar(query, {"t": table.name}) or 0) + 1


def acting(connection: Connection) -> list[tuple[str, str]]:
    """Return the kind and name of all that acts by itself or stands for rows: triggers, views."""
    query = "SELECT type, name FROM sqlite_master WHERE type IN ('trigger', 'view')"
    return [(kind, name) for kind, name in connection.execute(text(query))]


def torn_pages(session: Session) -> list[str]:
    """Return what is wrong with the file itself."""
    found = session.execute(text("PRAGMA integrity_check"))
    return [row[0] for row in found if row[0] != "ok"]


def orphans(connection: Connection | Session) -> Iterator[tuple[str, int, str]]:
    """Yield each row that refers to none: its table, its number, the table that it refers to."""
    for table, number, referred, *_ in connection.execute(text("PRAGMA foreign_key_check")):
        yield table, number, referred


def definitions(connection: Connection) -> list[str]:
    """Return the statements by which the tables and indexes of a file were made, in their order."""
    query = (
        "SELECT sql FROM sqlite_master"
        " WHERE sql IS NOT NULL AND substr(name, 1, 7) <> 'sqlite_' ORDER BY rowid"
    )
    return [statement for (statement,) in connection.execute(text(query))]


def rows_as_statements(
    connection: Connection, *, but: Collection[str], without: Collection[str]
) -> Iterator[str]:
    """Yield statements that insert the rows of all tables `but` some, `without` some columns."""
    for table in sorted(inspect(connection).get_table_names()):
        if table in but:
            continue
        columns = [each["name"] for each in inspect(connection).get_columns(table)]
        kept = [f'"{name}"' for name in columns if name not in without]
        quoted = ", ".join(f"quote({name})" for name in kept)
        for row in connection.execute(text(f'SELECT {quoted} FROM "{table}"')):
            yield f'INSERT INTO "{table}" ({", ".join(kept)}) VALUES ({", ".join(row)})'


def run(connection: Connection, statements: Iterable[str]) -> None:
    """Run statements of the dialect as they are."""
    for statement in statements:
        connection.exec_driver_sql(statement)
