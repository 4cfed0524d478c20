"""Threads that compute answers, with a bounded queue before them."""

import logging
import queue
import threading
from collections.abc import Callable

from service.server.front.exchange import Answer, Exchange

_log = logging.getLogger(__name__)
Compute = Callable[[Exchange], Answer]


class Lane:
    """Computes what is offered, in order, at most `threads` at a time and `most_waiting` behind.

    Offered to and given up in the event loop only; computed in the threads.
    """

    def __init__(self, name: str, compute: Compute, threads: int, most_waiting: int) -> None:
        """Start the threads, so after the process was forked."""
        self.name = name
        self._compute = compute
        self._threads = threads
        self._most_waiting = most_waiting
        self._queue: queue.SimpleQueue[Exchange | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._computing = 0
        self._waiting = 0  # in the queue and still wanted
        for number in range(threads):
            thread = threading.Thread(target=self._work, name=f"{name}-{number}", daemon=True)
            thread.start()

    @property
    def is_full(self) -> bool:
        """Whether an exchange that is offered now would not be taken."""
        return self._waiting >= self._most_waiting + self._threads - self._computing

    def offer(self, exchange: Exchange) -> bool:
        """Take an exchange into the queue; False when it is full."""
        with self._lock:
            if self.is_full:
                return False
            self._waiting += 1
        self._queue.put(exchange)
        return True

    def withdraw(self, exchange: Exchange) -> None:
        """Make room for another, as an exchange that was offered is over."""
        with self._lock:
            if not exchange.taken:
                exchange.taken = True
                self._waiting -= 1

    def close(self) -> None:
        """Let the threads end when they have computed what waits."""
        for _ in range(self._threads):
            self._queue.put(None)

    def _work(self) -> None:
        while (exchange := self._queue.get()) is not None:
            with self._lock:
                if exchange.taken:
                    continue
                exchange.taken = True
                self._waiting -= 1
                self._computing += 1
            try:
                exchange.answer(self._compute(exchange))
            except Exception:  # this thread is needed for the next one
                _log.exception("an answer was lost")
            finally:
                with self._lock:
                    self._computing -= 1
