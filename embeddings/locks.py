"""A lock that many readers share and one writer has alone."""

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager


class SharedLock:
    """Lets readers in together, a writer alone; a waiting writer goes before new readers.

    It cannot be taken twice by one thread.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._readers = 0
        self._writing = False
        self._waiting_writers = 0
        self._shared = _Shared(self)

    def reading(self) -> AbstractContextManager[None]:
        """Hold the lock together with other readers."""
        return self._shared

    def enter(self) -> None:
        """Take the lock as a reader."""
        with self._changed:
            # Otherwise a steady stream of searches would keep an update out for ever.
            while self._writing or self._waiting_writers:
                self._changed.wait()
            self._readers += 1

    def leave(self) -> None:
        """Let go of the lock as a reader."""
        with self._changed:
            self._readers -= 1
            if not self._readers and self._waiting_writers:
                self._changed.notify_all()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the lock alone."""
        with self._changed:
            self._waiting_writers += 1
            try:
                self._changed.wait_for(lambda: not self._writing and not self._readers)
                self._writing = True
            finally:
                self._waiting_writers -= 1
        try:
            yield
        finally:
            with self._changed:
                self._writing = False
                self._changed.notify_all()


class _Shared(AbstractContextManager[None]):
    """A reader's hold; it keeps nothing, so that all searches share one object."""

    def __init__(self, lock: SharedLock) -> None:
        self._lock = lock

    def __enter__(self) -> None:
        self._lock.enter()

    def __exit__(self, *_: object) -> None:
        self._lock.leave()
