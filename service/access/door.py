"""How many go through the door at once: each takes memory, a core, and a turn to write.

Searches want the same threads. While an import or a restore writes, whoever signs in waits for it,
and a crowd of them must not keep every thread waiting.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from service.errors import ServerBusy

AT_ONCE = 2  # in a process
_WAIT_S = 1.0


class Door:
    """Lets so many in at once; threads share it."""

    def __init__(self, at_once: int = AT_ONCE, wait_s: float = _WAIT_S) -> None:
        self._turns = threading.BoundedSemaphore(at_once)
        self._wait_s = wait_s

    @contextmanager
    def passing(self) -> Iterator[None]:
        """Take a turn. Raises: ServerBusy."""
        if not self._turns.acquire(timeout=self._wait_s):
            raise ServerBusy("too many sign in at once; please try again")
        try:
            yield
        finally:
            self._turns.release()
