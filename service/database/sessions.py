"""The one place where database sessions are opened."""

import logging
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from catalog import checksums
from catalog.access import audit
from catalog.dialect.driver import (
    begin,
    begin_look,
    driver_of,
    has_begun,
    is_locked,
    log_bytes,
    move_log,
    waiting,
)
from catalog.errors import WrongSchema
from catalog.schema import is_current, migrate, version_of
from service.database.connecting import connect, is_frozen
from service.database.haste import busy, seconds_left, turn_to_wait
from service.errors import CatalogueBusy

FileId: TypeAlias = tuple[int, ...]  # device and inode: another file under the name has another

_BUSY_MS = 30_000  # how long a writer waits for another before it says that it waits
_TURNS = 10  # that often, before it gives up
_LOG_BYTES = 4 * 1024 * 1024  # of the write-ahead log, before it is moved into the file
_log = logging.getLogger(__name__)


def open_engine(path: Path, upgraded: Callable[[Session], None], busy_ms: int) -> Engine:
    """Open a catalogue's file, making it or bringing it up to date where needed.

    `upgraded` is called within the transaction that brings an older catalogue up to date.

    Raises:
        WrongSchema: the file is of a newer version, or no catalogue.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    engine = connect(path, busy_ms, _begin)
    try:
        with engine.connect() as connection:
            current = is_current(connection)
    except UnicodeDecodeError as error:  # Python chokes on SQLite's message about it
        raise WrongSchema(f"the tables in {path} are damaged: restore a backup") from error
    if not current:
        # Looked at again inside: another process may have migrated meanwhile.
        with for_writing(engine).begin() as connection:
            before = version_of(connection)
            migrate(connection)
            if before is not None:
                with Session(connection) as session:
                    upgraded(session)
                    session.flush()
            checksums.seal_all(connection)  # of the columns and values that there are now
    return engine


def for_writing(engine: Engine) -> Engine:
    """Return the same engine with transactions that are the only writer from their beginning.

    A transaction that reads first and writes later would fail if another wrote in between.
    """
    return engine.execution_options(writes_alone=True)


class ReadView:
    """A look at the catalogue of one instant, by the quickest way or through a session."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._session: Session | None = None
        self.driver = driver_of(connection)
        begin_look(self.driver)

    @property
    def session(self) -> Session:
        """A session of the same instant; made when it is first asked for."""
        if self._session is None:
            self._session = Session(self._connection, autoflush=False)
        return self._session

    def close(self) -> None:
        """Let go of the session, if there is one."""
        if self._session is not None:
            self._session.close()


class Database:
    """A catalogue's file; opened at first use, shared by all threads of a process.

    Should another file be put in its place, by hand from a copy, say, the next use opens that one.
    """

    def __init__(
        self,
        path: Path,
        upgraded: Callable[[Session], None] | None = None,
        *,
        busy_ms: int = _BUSY_MS,
    ) -> None:
        """Take the file, and what else is to be done when it is of an older version.

        A writer says each `busy_ms` that it waits for another.
        """
        self.path = path
        self._busy_ms = busy_ms
        self._upgraded = upgraded or _do_nothing
        self._opening = threading.Lock()
        self._opened: tuple[Engine, FileId | None] | None = None
        self._frozen = False

    @property
    def engine(self) -> Engine:
        """The engine for reading. Raises: WrongSchema."""
        opened, there = self._opened, _file_id(self.path, self._frozen)
        if opened is not None and there in (opened[1], None):
            return opened[0]  # where there is none, somebody may be about to put one there
        with self._opening:
            if self._opened is not None and self._opened[1] != there:
                # Those who look at the old file now may finish; no new look is begun there.
                self._opened[0].dispose()
                self._opened = None
            if self._opened is None:
                self._frozen = is_frozen(self.path)
                before = _file_id(self.path, self._frozen)
                engine = open_engine(self.path, self._upgraded, self._busy_ms)
                # What changes a frozen file while it is opened is seen at the next use.
                self._opened = engine, before if self._frozen else _file_id(self.path)
            return self._opened[0]

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Give a session whose every query sees the catalogue of one instant."""
        with Session(self.engine, autoflush=False) as session:
            yield session

    @contextmanager
    def read_view(self) -> Iterator[ReadView]:
        """Give a look at one instant for what must be quick; see `catalog.search_queries`."""
        with self.engine.connect() as connection:
            look = ReadView(connection)
            try:
                yield look
            finally:
                look.close()

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Give the only session that writes now; commit at the end, roll back on an error.

        Raises:
            CatalogueBusy: others went on writing for minutes; for a request, a moment.
        """
        engine = for_writing(self.engine).execution_options(keep_checksums=True)
        if log_bytes(self.path) > _LOG_BYTES:
            self._shorten_log(engine)
        with self._next_turn(engine) as session:
            yield session
            session.commit()

    @contextmanager
    def still(self) -> Iterator[None]:
        """Keep everybody from writing meanwhile; where we may not write, we keep nobody."""
        if is_frozen(self.path):
            yield
        else:
            with self.writing():
                yield

    def _next_turn(self, engine: Engine) -> Session:
        with turn_to_wait():
            return self._begun(engine)

    def _begun(self, engine: Engine) -> Session:
        for turn in range(1, _TURNS + 1):
            session = Session(engine, expire_on_commit=False)
            try:
                session.connection()  # begins, and so waits for the one who writes
                return session
            except OperationalError as error:
                session.close()
                if not is_locked(error):
                    raise
                if seconds_left() is not None:
                    raise busy() from error
                waited_s = turn * self._busy_ms // 1000
                _log.warning("another process writes to the catalogue: waiting, %d s", waited_s)
        raise CatalogueBusy(
            f"another process has been writing to the catalogue for {waited_s} seconds; what was "
            "finished is kept: run the same command again once it is done"
        )

    def _shorten_log(self, engine: Engine) -> None:
        """Move the log into the file in a turn of its own, so while nobody commits."""
        with self._next_turn(engine):
            move_log(engine)

    def close(self) -> None:
        """Close all connections; the next use opens the file anew."""
        with self._opening:
            if self._opened is not None:
                self._opened[0].dispose()
                self._opened = None


def _file_id(path: Path, frozen: bool = False) -> FileId | None:
    """Tell a file from another; one that is read as if nobody changed it, from itself changed."""
    try:
        found = os.stat(path)
    except FileNotFoundError:
        return None
    changes = (found.st_mtime_ns, found.st_size, log_bytes(path)) if frozen else ()
    return found.st_dev, found.st_ino, *changes


def _begin(connection: Connection) -> None:
    if has_begun(connection):
        return  # by a look
    options = connection.get_execution_options()
    if options.get("keep_checksums") and not connection.info.get("keeps_checksums"):
        checksums.watch(driver_of(connection))
        audit.keep(driver_of(connection))
        connection.info["keeps_checksums"] = True  # for as long as it is open
    alone, left = options.get("writes_alone", False), seconds_left()
    if alone and left is not None:
        with waiting(driver_of(connection), left):
            begin(connection, alone=True)
    else:
        begin(connection, alone=alone)


def _do_nothing(_session: Session) -> None:
    """Leave an older catalogue as its migrations have made it."""
