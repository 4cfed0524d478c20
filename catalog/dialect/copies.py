"""Whole databases copied by SQLite's own backup: of one instant, and into one that is open."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TypeAlias

from catalog.dialect.driver import Driver
from catalog.dialect.errors import DamagedCopy, RefusedOperation, UnusableDatabase

Step: TypeAlias = Callable[[bool, int, int], None]  # others write now; pages left, pages in all

_PAGES = 64  # copied between two reports


@contextmanager
def opened(path: Path) -> Iterator[Driver]:
    """Open a file that stands alone. Raises: UnusableDatabase, at its first use."""
    with closing(sqlite3.connect(path, isolation_level=None)) as driver:
        yield driver


def copy_instant(driver: Driver, path: Path) -> None:
    """Write what a connection sees, in the transaction that it is in, to a new file.

    Raises:
        DamagedCopy: what it sees is damaged.
    """
    with opened(path) as copy:
        copy.execute("PRAGMA synchronous = OFF")  # a copy that was not finished is thrown away
        driver.backup(copy)
        # One file that stands alone: no log beside it.
        copy.execute("PRAGMA journal_mode = DELETE")
        _check(copy)


def check_copy(path: Path) -> None:
    """Make sure that a database stands alone and is whole.

    Raises:
        DamagedCopy: it is not whole.
        UnusableDatabase: it is no database.
    """
    with opened(path) as copy:
        copy.execute("PRAGMA journal_mode = DELETE")
        _check(copy)


def write_into(copy: Path, live: Path, step: Step) -> None:
    """Let an existing database hold just what a copy holds, in one transaction.

    Whoever has it open sees the old state until it ends and the new one after; whoever writes to
    it is waited for, as long as `step` raises nothing. A log that a killed process left is applied
    before, so it cannot come after.

    Raises:
        UnusableDatabase: `live` is no database, or damaged beyond use.
    """
    with (
        opened(copy) as source,
        closing(sqlite3.connect(live, timeout=1, isolation_level=None)) as into,
    ):
        into.execute("PRAGMA journal_mode = WAL")
        into.execute("PRAGMA synchronous = FULL")
        into.execute("PRAGMA wal_autocheckpoint = 0")  # see `catalog.dialect.driver.move_log`
        _match_pages(source, into)
        source.backup(into, pages=_PAGES, progress=_told_to(step))
        with suppress(RefusedOperation):  # somebody reads: it goes by itself, later
            into.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def carry_rows(live: Path, into: Path, tables: Sequence[str]) -> None:
    """Let tables of a copy hold just what those of a database hold; both know the same columns.

    Ids that were given out in either are given out no more.

    Raises:
        UnusableDatabase: one of them is no database.
    """
    with opened(into) as copy:
        copy.execute("PRAGMA foreign_keys = OFF")  # they are whole again when all are in
        copy.execute("ATTACH DATABASE ? AS live", (str(live),))
        copy.execute("BEGIN IMMEDIATE")
        for table in reversed(tables):
            copy.execute(f"DELETE FROM main.{table}")
        for table in tables:
            names = [row[1] for row in copy.execute(f"PRAGMA main.table_info({table})")]
            columns = ", ".join(names)
            copy.execute(f"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM live.{table}")
            _never_reuse(copy, table)
        copy.execute("COMMIT")
        copy.execute("DETACH DATABASE live")


def delete_rows(path: Path, tables: Sequence[str]) -> None:
    """Delete every row of tables of a file that stands alone."""
    with opened(path) as copy:
        copy.execute("BEGIN IMMEDIATE")
        for table in tables:
            copy.execute(f"DELETE FROM {table}")
        copy.execute("COMMIT")


def change_rows(path: Path, statement: str) -> None:
    """Change rows of a file that stands alone by one statement of SQL."""
    with opened(path) as copy:
        copy.execute(statement)


def _never_reuse(copy: Driver, table: str) -> None:
    """Go on counting a table's ids from where the further of two databases is."""
    query = "SELECT max(seq) FROM (SELECT seq FROM main.sqlite_sequence WHERE name = :table"
    query += " UNION ALL SELECT seq FROM live.sqlite_sequence WHERE name = :table)"
    [[furthest]] = copy.execute(query, {"table": table}).fetchall()
    if furthest is not None:
        copy.execute("DELETE FROM main.sqlite_sequence WHERE name = ?", (table,))
        copy.execute("INSERT INTO main.sqlite_sequence VALUES (?, ?)", (table, furthest))


def _told_to(step: Step) -> Callable[[int, int, int], None]:
    def tell(status: int, left: int, pages: int) -> None:
        step(status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED), left, pages)

    return tell


def _match_pages(source: Driver, into: Driver) -> None:
    """Bring a copy to the page size of the database: a log cannot hold pages of another."""
    [[wanted]], [[has]] = (each.execute("PRAGMA page_size").fetchall() for each in (into, source))
    if wanted != has:
        source.execute(f"PRAGMA page_size = {int(wanted)}")
        source.execute("VACUUM")


def _check(copy: Driver) -> None:
    try:
        found = [row[0] for row in copy.execute("PRAGMA quick_check(1)")]
    except UnusableDatabase as error:
        raise DamagedCopy(str(error)) from error
    if found != ["ok"]:
        raise DamagedCopy(str(found[0]))
