"""The file in which sealed searches lie, so that several server processes share them.

Nothing in it is worth a wait or an error: whatever is wrong with it, it is left alone or made anew.
"""

import contextlib
import os
import sqlite3
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

Result = TypeVar("Result")

FILE_TROUBLE = (sqlite3.Error, OSError)  # what its methods raise
FILE_NAME = "searches.sqlite3"
_WAIT_S = 0.2  # for another process that writes; a write takes a millisecond
_LAYOUT = 2  # of the table; the first release's held what was read as it was
# No journal on the disk, and deleted rows are overwritten: what is gone is gone everywhere.
_SETUP = f"""
PRAGMA journal_mode = MEMORY;
PRAGMA synchronous = OFF;
PRAGMA secure_delete = ON;
CREATE TABLE IF NOT EXISTS search (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    name BLOB NOT NULL UNIQUE,
    expires REAL NOT NULL,
    sealed BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS search_expires ON search (expires);
PRAGMA user_version = {_LAYOUT};
"""


class SearchFile:
    """Sealed searches by name. Every method raises sqlite3.Error or OSError when it cannot."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE_NAME
        self._connection: sqlite3.Connection | None = None
        self._inode = -1

    def exists(self) -> bool:
        """Whether anything lies there."""
        return self._path.exists()

    def put(self, name: bytes, expires: float, sealed: bytes, now: float, most: int) -> None:
        """Keep a search; let go of those expired by `now`, and of the oldest beyond `most`."""

        def write(connection: sqlite3.Connection) -> None:
            added = connection.execute(
                "INSERT INTO search (name, expires, sealed) VALUES (?, ?, ?)",
                (name, expires, sealed),
            )
            connection.execute(
                "DELETE FROM search WHERE expires <= ? OR number <= ?",
                (now, (added.lastrowid or 0) - most),
            )

        self._do(write)

    def get(self, name: bytes, now: float) -> bytes | None:
        """Return what was kept under a name and has not expired by `now`."""

        def read(connection: sqlite3.Connection) -> bytes | None:
            row = connection.execute(
                "SELECT sealed FROM search WHERE name = ? AND expires > ?", (name, now)
            ).fetchone()
            return None if row is None else bytes(row[0])

        return self._do(read)

    def sweep(self, now: float) -> None:
        """Delete what has expired by `now`."""
        self._do(lambda connection: connection.execute(_SWEEP, (now,)))

    def close(self) -> None:
        """Let go of the file."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _do(self, work: Callable[[sqlite3.Connection], Result]) -> Result:
        try:
            return self._once(work)
        except sqlite3.DatabaseError as error:
            if _passes(error):
                raise
            self.close()
        # It is no file of ours; but perhaps another process has put it right by now.
        with contextlib.suppress(sqlite3.DatabaseError):
            return self._once(work)
        self._remove()
        return self._once(work)

    def _once(self, work: Callable[[sqlite3.Connection], Result]) -> Result:
        with self._open() as connection:
            return work(connection)

    def _open(self) -> sqlite3.Connection:
        # At first use, not in __init__: a connection must not cross a fork.
        if self._connection is not None and self._inode != _inode_of(self._path):
            self.close()  # the file was deleted, which is allowed at any time
        if self._connection is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            if not self._is_of_this_layout():
                self._remove()
            connection = self._connect()
            try:
                connection.executescript(_SETUP)
            except BaseException:
                connection.close()
                raise
            weakref.finalize(self, connection.close)
            self._connection = connection
            self._inode = _inode_of(self._path)
        return self._connection

    def _is_of_this_layout(self) -> bool:
        with contextlib.closing(self._connect()) as connection:
            [layout] = connection.execute("PRAGMA user_version").fetchone()
            [tables] = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        return bool(layout == _LAYOUT or not tables)

    def _connect(self) -> sqlite3.Connection:
        os.close(os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600))
        return sqlite3.connect(self._path, timeout=_WAIT_S, check_same_thread=False)

    def _remove(self) -> None:
        self.close()
        for ending in ("", "-wal", "-shm", "-journal"):
            with contextlib.suppress(FileNotFoundError):
                os.unlink(f"{self._path}{ending}")


_PASSING = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_PERM,
}


def _passes(error: sqlite3.DatabaseError) -> bool:
    """Whether a file that could not be used may be sound all the same."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in _PASSING


_SWEEP = "DELETE FROM search WHERE expires <= ?"


def _inode_of(path: Path) -> int:
    try:
        return path.stat().st_ino
    except OSError:
        return -1
