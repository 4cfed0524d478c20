"""Memory for decoding pictures, shared by all threads: taken in turn, and given back."""

import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from embeddings.errors import DecodingBusy

_LOOK_S = 0.1  # how often a waiting thread looks whether it should stop


class ByteBudget:
    """Lets threads hold so many bytes together; who came first is served first.

    A large picture is not passed by smaller ones without end: while it waits, all behind it wait.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: deque[object] = deque()
        self._held = 0

    @contextmanager
    def holding(
        self, size: int, total: int, until: float, stop: threading.Event | None = None
    ) -> Iterator[None]:
        """Hold `size` of `total` bytes, as soon as there is room for them.

        `until` is a time of `time.monotonic`. One that alone is larger than the total is let in
        when nobody else holds anything: callers check for that.

        Raises:
            DecodingBusy: there was no room until then, or `stop` was set.
        """
        ticket = object()
        with self._changed:
            self._waiting.append(ticket)
            try:
                while self._waiting[0] is not ticket or not self._fits(size, total):
                    left = until - time.monotonic()
                    if left <= 0 or (stop is not None and stop.is_set()):
                        raise DecodingBusy("too many large pictures are being read; try again soon")
                    self._changed.wait(min(left, _LOOK_S))
                self._held += size
            finally:
                self._waiting.remove(ticket)
                self._changed.notify_all()
        try:
            yield
        finally:
            with self._changed:
                self._held -= size
                self._changed.notify_all()

    def _fits(self, size: int, total: int) -> bool:
        return self._held == 0 or self._held + size <= total
