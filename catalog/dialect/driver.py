"""Connections: how they are made, begin, wait for each other and keep their log."""

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from operator import methodcaller
from pathlib import Path
from typing import Any, TypeAlias, cast

from sqlalchemy import URL, Connection, Engine
from sqlalchemy.exc import OperationalError

Driver: TypeAlias = sqlite3.Connection

# With a write-ahead log nobody waits for a reader, and NORMAL cannot tear the file: a power cut
# may take back the last commits, wholly.
_LOG_AHEAD = "PRAGMA journal_mode = WAL"
_WRITING = (
    "PRAGMA synchronous = NORMAL",
    "PRAGMA foreign_keys = ON",
    # SQLite up to 3.51.2 can lose commits when the log is moved into the file beside a commit of
    # another process; see `move_log`.
    "PRAGMA wal_autocheckpoint = 0",
    "PRAGMA journal_size_limit = 0",  # a log that is started anew is as short as it can be
)
_LOOK_S = 0.01  # between two tries where SQLite itself does not wait


def address_of(path: Path, *, frozen: bool) -> URL:
    """Return the address of a catalogue's file; of a frozen one as of one that is only read.

    SQLite keeps the log's table of contents in a file beside it, which it cannot make in a frozen
    folder. Where a log lies there, a process that writes keeps one, and it is read along; where
    there is none, the file is read as one that nobody changes.
    """
    if not frozen:
        return URL.create("sqlite", database=str(path))
    how = {"uri": "true", "mode": "ro"} | ({} if log_bytes(path) else {"immutable": "1"})
    return URL.create("sqlite", database=path.absolute().as_uri(), query=how)


def set_up(driver: Driver, busy_ms: int, *, frozen: bool) -> None:
    """Bring a new connection to our ways; it waits `busy_ms` for one that writes."""
    # The driver would begin transactions by its own rules, and only before a write.
    driver.isolation_level = None
    # A text whose bytes were damaged is read as far as it is one; it must not take all others
    # with it. Checksums go by the bytes.
    driver.text_factory = methodcaller("decode", "utf-8", "replace")
    driver.execute(f"PRAGMA busy_timeout = {busy_ms}")
    if not frozen:
        _write_ahead(driver, busy_ms)
        for pragma in _WRITING:
            driver.execute(pragma)


def _write_ahead(driver: Driver, busy_ms: int) -> None:
    """Have a file keep a write-ahead log; a file that does already is left as it is.

    SQLite does not wait here for one who is about to write, as two who make a catalogue are.
    """
    until = time.monotonic() + busy_ms / 1000
    while True:
        try:
            driver.execute(_LOG_AHEAD)
            return
        except sqlite3.OperationalError as error:
            if not _is_busy(error) or time.monotonic() >= until:
                raise
        time.sleep(_LOOK_S)


def driver_of(connection: Connection) -> Driver:
    """Return the driver's own connection, for what must be quick and for what only it can."""
    return cast(Driver, connection.connection.dbapi_connection)


def begin_look(driver: Driver) -> None:
    """Begin a transaction that sees one instant, on the driver itself."""
    driver.execute("BEGIN")


def has_begun(connection: Connection) -> bool:
    """Return whether a transaction was begun on the driver itself."""
    return driver_of(connection).in_transaction


def begin(connection: Connection, *, alone: bool) -> None:
    """Begin a transaction; `alone` it is the only one that writes, from its beginning."""
    connection.exec_driver_sql("BEGIN IMMEDIATE" if alone else "BEGIN DEFERRED")


@contextmanager
def waiting(driver: Driver, seconds: float) -> Iterator[None]:
    """Let a connection wait no longer than this for one that writes, for once."""
    [(usual,)] = driver.execute("PRAGMA busy_timeout").fetchall()
    driver.execute(f"PRAGMA busy_timeout = {max(0, int(seconds * 1000))}")
    try:
        yield
    finally:
        driver.execute(f"PRAGMA busy_timeout = {usual}")


def is_locked(error: OperationalError) -> bool:
    """Return whether it is another's writing that was waited for in vain."""
    return _is_busy(error.orig)


def _is_busy(error: BaseException | None) -> bool:
    return bool(getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY)


def log_bytes(path: Path) -> int:
    """Return the size of the log beside a catalogue's file; 0 where there is none."""
    try:
        return os.stat(f"{path}-wal").st_size
    except FileNotFoundError:
        return 0


def move_log(engine: Engine) -> None:
    """Move the log into the file; call it while this process keeps all others from committing.

    A commit that starts it anew meanwhile can be lost: https://sqlite.org/wal.html#walresetbug
    """
    with closing(engine.raw_connection()) as other:
        driver: Any = other.driver_connection
        driver.execute("PRAGMA wal_checkpoint(PASSIVE)")
