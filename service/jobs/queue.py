"""Tells workers at once that there is work: numbers of jobs, in a store that huey keeps.

A number is a hint and no more: the rows are looked at besides, so a queue that was lost, or whose
Redis is gone, loses no job, and a number that comes twice does nothing twice.
"""

import logging
import sqlite3
import threading
from contextlib import closing
from pathlib import Path
from typing import Any, Protocol

from service.errors import BadSetting
from service.settings.environment import Settings

NAME = "lookalike"
_log = logging.getLogger(__name__)
_WAIT_S = 1  # at most, for a number in a Redis
_SILENT_S = 5  # at most, for a Redis that says nothing at all


class Queue(Protocol):
    """Where numbers of jobs wait for the first worker that asks."""

    def put(self, number: int) -> None:
        """Say that a job waits. Raises whatever its store does."""
        ...

    def take(self) -> int | None:
        """Return a number, to one who asks alone; None where none comes within about a second."""
        ...


class HueyQueue:
    """A queue over one of huey's stores; what lies in it is a number as text, never a pickle."""

    def __init__(self, store: Any, pause_s: float = 0) -> None:
        """Take a store, and how long to wait where it has nothing and does not wait itself."""
        self._store = store
        self._pause = threading.Event()
        self._pause_s = pause_s

    def put(self, number: int) -> None:
        """Say that a job waits."""
        self._store.enqueue(str(number).encode())

    def take(self) -> int | None:
        """Return a number; what somebody else has put there is passed over."""
        said = self._store.dequeue()
        if said is None:
            self._pause.wait(self._pause_s)
            return None
        text = bytes(said)[:20]
        return int(text) if text.isdigit() else None


def open_queue(settings: Settings) -> HueyQueue:
    """Open the queue of a shop: in its home, or in the Redis that the settings name.

    Raises:
        BadSetting: a Redis is named, and the package redis is not installed.
    """
    # Here and not above: a server loads it when the first job is asked for.
    if settings.queue_url is None:
        return HueyQueue(_embedded(settings.home / "queue.sqlite3"), pause_s=0.5)
    from huey.storage import RedisStorage

    try:
        from redis import ConnectionPool
    except ImportError as error:
        raise BadSetting(
            "LOOKALIKE_QUEUE_URL needs the package redis: pip install 'lookalike[redis]'"
        ) from error
    pool = ConnectionPool.from_url(
        settings.queue_url, socket_timeout=_SILENT_S, socket_connect_timeout=_SILENT_S
    )
    return HueyQueue(RedisStorage(NAME, connection_pool=pool, read_timeout=_WAIT_S))


def _embedded(path: Path) -> Any:
    from huey.storage import SqliteStorage

    if path.exists() and not _is_sound(path):
        _log.warning("the queue was damaged, and is begun anew: the jobs are in the catalogue")
        for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
            path.with_name(name).unlink(missing_ok=True)
    # Numbers are written anew from rows where they are lost, so none waits for the disk.
    return SqliteStorage(NAME, filename=str(path), fsync=False, cache_mb=1)


def _is_sound(path: Path) -> bool:
    try:
        with closing(sqlite3.connect(path)) as connection:
            return bool(connection.execute("PRAGMA quick_check(1)").fetchone() == ("ok",))
    except sqlite3.OperationalError:  # locked, or no right to read it: that is another matter
        return True
    except sqlite3.DatabaseError:
        return False


_opened: dict[tuple[Path, str | None], HueyQueue] = {}
_opening = threading.Lock()


def ring(number: int, settings: Settings) -> None:
    """Tell the workers of a job, as well as can be: without it they find the row a little later."""
    key = settings.home.absolute(), settings.queue_url
    try:
        with _opening:
            queue = _opened.get(key)
            if queue is None:
                queue = _opened[key] = open_queue(settings)
        queue.put(number)
    except Exception as error:  # of a library and its store: whatever it is, the row is there
        with _opening:
            _opened.pop(key, None)
        _log.warning("the queue could not be told of job %d: %s", number, error)
