"""Settles an index beside the searches, in a process that goes on answering."""

import logging
import threading
from collections.abc import Callable

from embeddings.search.vector_index import VectorIndex

_log = logging.getLogger(__name__)


class Settler:
    """Has one thread at most, and it only while there is something to do."""

    def __init__(self, then: Callable[[], None]) -> None:
        """Take what is to be done once an index is settled."""
        self._then = then
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def look_after(self, index: VectorIndex) -> None:
        """Begin to settle an index where it is not; nobody waits for it."""
        if index.is_settled:
            return
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                # A process that ends waits for it, and it gives up then: native code that runs on
                # while all else is taken down could bring the process to fall.
                self._thread = threading.Thread(
                    target=self._settle, args=(index,), name="settle-index"
                )
                self._thread.start()

    def wait(self) -> None:
        """Wait until there is nothing going on."""
        thread = self._thread
        if thread is not None:
            thread.join()

    def _settle(self, index: VectorIndex) -> None:
        try:
            index.settle(give_up=_is_ending)
            if not _is_ending():
                self._then()
        except Exception:
            # Every search goes on being right without it, only slower; the next change tries again.
            _log.warning("the index could not be settled; searches go on", exc_info=True)


def _is_ending() -> bool:
    return not threading.main_thread().is_alive()
