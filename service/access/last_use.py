"""When keys and sessions were last used: written now and then, and never waited for.

A request that reads must not wait for whoever writes to the catalogue, so a thread does it.
"""

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from catalog.access import accounts, keys
from service.database.sessions import Database

OFTEN = timedelta(minutes=5)  # a use is written when the one written before is that old
_log = logging.getLogger(__name__)


class LastUses:
    """Notes uses, and writes them together; threads may share one."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now
        self._lock = threading.Lock()
        self._sessions: dict[str, datetime] = {}
        self._keys: dict[int, datetime] = {}
        self._writing: threading.Thread | None = None

    def note_session(self, digest: str, noted: datetime) -> None:
        """Note that a session is used, whose last use was written as `noted`."""
        if self._now() - noted >= OFTEN:
            with self._lock:
                self._sessions[digest] = self._now()
                self._start()

    def note_key(self, key_id: int, noted: datetime | None) -> None:
        """Note that a key is used, whose last use was written as `noted`."""
        if noted is None or self._now() - noted >= OFTEN:
            with self._lock:
                self._keys[key_id] = self._now()
                self._start()

    def wait(self) -> None:
        """Wait until what was noted is written."""
        writing = self._writing
        if writing is not None:
            writing.join()

    def _start(self) -> None:
        if self._writing is None:
            self._writing = threading.Thread(target=self._write, name="last-uses", daemon=True)
            self._writing.start()

    def _write(self) -> None:
        while True:
            with self._lock:
                sessions, self._sessions = self._sessions, {}
                key_ids, self._keys = self._keys, {}
                if not sessions and not key_ids:
                    self._writing = None
                    return
            try:
                with self._database.writing() as session:
                    for digest, at in sessions.items():
                        accounts.note_use(session, digest, at)
                    for key_id, at in key_ids.items():
                        keys.note_use(session, key_id, at)
            except Exception as error:  # it is a convenience; nobody is to be refused for it
                _log.warning("the last use of keys and sessions is not noted: %s", error)
