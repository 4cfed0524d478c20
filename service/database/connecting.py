"""Connects to a catalogue's file, also where nothing may be written beside it."""

import os
from collections.abc import Callable
from functools import partial
from operator import methodcaller
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event
from sqlalchemy.pool import ConnectionPoolEntry

from catalog import checksums

_CONNECTIONS = 16  # kept open; as many again when all are busy
# With a write-ahead log nobody waits for a reader, and NORMAL cannot tear the file: a power cut
# may take back the last commits, wholly.
_WRITING = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = NORMAL",
    "PRAGMA foreign_keys = ON",
    # SQLite up to 3.51.2 can lose commits when the log is moved into the file beside a commit of
    # another process; see `Database.writing`.
    "PRAGMA wal_autocheckpoint = 0",
    "PRAGMA journal_size_limit = 0",  # a log that is started anew is as short as it can be
)


def is_frozen(path: Path) -> bool:
    """Say whether a catalogue lies in a folder that this process may not write to."""
    return path.exists() and not os.access(path.parent, os.W_OK)


def log_bytes(path: Path) -> int:
    """Give the size of the log beside a catalogue's file; 0 where there is none."""
    try:
        return os.stat(f"{path}-wal").st_size
    except FileNotFoundError:
        return 0


def connect(path: Path, busy_ms: int, begin: Callable[[Any], None]) -> Engine:
    """Make an engine for a catalogue's file; `begin` begins each of its transactions.

    SQLite keeps the log's table of contents in a file beside it, which it cannot make in a frozen
    folder. Where a log lies there, a process that writes keeps one, and it is read along; where
    there is none, the file is read as one that nobody changes.
    """
    frozen = is_frozen(path)
    url = URL.create("sqlite", database=str(path))
    if frozen:
        how = {"uri": "true", "mode": "ro"} | ({} if log_bytes(path) else {"immutable": "1"})
        url = URL.create("sqlite", database=path.absolute().as_uri(), query=how)
    engine = create_engine(
        url,
        pool_size=_CONNECTIONS,
        max_overflow=_CONNECTIONS,
        pool_use_lifo=True,  # the one used last still has its pages at hand
    )
    pragmas = (f"PRAGMA busy_timeout = {busy_ms}", *(() if frozen else _WRITING))
    event.listen(engine, "connect", partial(_set_up, pragmas))
    event.listen(engine, "begin", begin)
    return engine


def _set_up(pragmas: tuple[str, ...], connection: Any, _entry: ConnectionPoolEntry) -> None:
    # The driver would begin transactions by its own rules, and only before a write.
    connection.isolation_level = None
    # A text whose bytes were damaged is read as far as it is one; it must not take all others
    # with it. Checksums go by the bytes.
    connection.text_factory = methodcaller("decode", "utf-8", "replace")
    checksums.teach(connection)
    for pragma in pragmas:
        connection.execute(pragma)
