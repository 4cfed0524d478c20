"""Copies whole databases by SQLite's own backup: of one instant, and into one that is open."""

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import TypeAlias

from service.errors import BadBackup, NotReady

Step: TypeAlias = Callable[[int, int], None]  # pages left, pages in all

_PAGES = 64  # copied between two reports
_PATIENCE_S = 600  # for another process to finish its writing


def copy_instant(driver: sqlite3.Connection, path: Path) -> None:
    """Write what a connection sees, in the transaction that it is in, to a new file.

    Raises:
        BadBackup: what it sees is damaged.
    """
    with closing(sqlite3.connect(path, isolation_level=None)) as copy:
        copy.execute("PRAGMA synchronous = OFF")  # a copy that was not finished is thrown away
        driver.backup(copy)
        # One file that stands alone: no log beside it.
        copy.execute("PRAGMA journal_mode = DELETE")
        _check(
            copy, "the database is damaged, so no backup was made; `lookalike verify` tells more"
        )


def check_copy(path: Path) -> None:
    """Make sure that a database stands alone and is whole. Raises: BadBackup."""
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as copy:
            copy.execute("PRAGMA journal_mode = DELETE")
            _check(copy, "the database in the backup is damaged")
    except sqlite3.DatabaseError as error:
        raise BadBackup(f"the backup holds no database of ours: {error}") from error


def write_into(copy: Path, live: Path, step: Step) -> None:
    """Let an existing database hold just what a copy holds, in one transaction.

    Whoever has it open sees the old state until it ends and the new one after; whoever writes to
    it is waited for. A log that a killed process left is applied before, so it cannot come after.

    Raises:
        NotReady: another process went on writing for ten minutes.
        sqlite3.DatabaseError: `live` is no database, or damaged beyond use.
    """
    with (
        closing(sqlite3.connect(copy, isolation_level=None)) as source,
        closing(sqlite3.connect(live, timeout=1, isolation_level=None)) as into,
    ):
        into.execute("PRAGMA journal_mode = WAL")
        into.execute("PRAGMA synchronous = FULL")
        into.execute("PRAGMA wal_autocheckpoint = 0")  # see `Database.writing`
        _match_pages(source, into)
        source.backup(into, pages=_PAGES, progress=_patient(step))
        with suppress(sqlite3.OperationalError):  # somebody reads: it goes by itself, later
            into.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _patient(step: Step) -> Callable[[int, int, int], None]:
    waits_since = time.monotonic()

    def tell(status: int, left: int, pages: int) -> None:
        nonlocal waits_since
        if status not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            waits_since = time.monotonic()
        elif time.monotonic() - waits_since > _PATIENCE_S:
            raise NotReady("another process goes on writing to the catalogue: nothing was restored")
        step(left, pages)

    return tell


def _match_pages(source: sqlite3.Connection, into: sqlite3.Connection) -> None:
    """Bring a copy to the page size of the database: a log cannot hold pages of another."""
    [[wanted]], [[has]] = (each.execute("PRAGMA page_size").fetchall() for each in (into, source))
    if wanted != has:
        source.execute(f"PRAGMA page_size = {int(wanted)}")
        source.execute("VACUUM")


def _check(copy: sqlite3.Connection, complaint: str) -> None:
    try:
        found = [row[0] for row in copy.execute("PRAGMA quick_check(1)")]
    except sqlite3.DatabaseError as error:
        raise BadBackup(f"{complaint}: {error}") from error
    if found != ["ok"]:
        raise BadBackup(f"{complaint}: {found[0]}")
