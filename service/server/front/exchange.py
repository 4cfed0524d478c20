"""One request from the moment its body is whole to its answer, given once, by whoever is first."""

import asyncio
import logging
import threading
import time
from dataclasses import dataclass
from typing import Any

from service.server.front.protocol import Connection, HeaderList

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, headers and a body, or the path of a file in its place, ready to be sent."""

    status: int
    headers: HeaderList
    body: bytes
    file: str | None = None


class Exchange:
    """A request that waits to be computed or is being computed.

    A worker thread and the event loop both hold it: the thread answers it, the loop gives it up
    when its time is over or its client has gone.
    """

    def __init__(
        self, environ: dict[str, Any], connection: Connection, loop: asyncio.AbstractEventLoop
    ) -> None:
        """Begin one; in the loop."""
        self.environ = environ
        self.connection = connection
        self.started = time.monotonic()
        self.done: asyncio.Future[None] = loop.create_future()
        self.watcher: asyncio.Task[None] | None = None  # waits for the client to go
        self.sent: Answer | None = None
        self.taken = False  # by a thread, or out of the queue: for the lane to know
        self._loop = loop
        self._lock = threading.Lock()
        self._over = False

    @property
    def is_over(self) -> bool:
        """Whether it was answered or given up: nobody needs to compute it any more."""
        return self._over

    def answer(self, answer: Answer) -> bool:
        """Send an answer, from any thread; False when one was given before, or none is wanted."""
        if not self._end():
            return False
        self.sent = answer
        try:
            if answer.file is not None:
                self.connection.response_file(answer.status, answer.headers, answer.file)
            else:
                self.connection.response_bytes(answer.status, answer.headers, answer.body)
        except Exception as error:  # the client has gone, and with it whom to tell
            _log.debug("an answer could not be sent: %s", error)
        finally:
            self._loop.call_soon_threadsafe(_finish, self.done)
        return True

    def give_up(self) -> None:
        """End it without an answer, as its client has gone; in the loop."""
        if self._end():
            _finish(self.done)

    def _end(self) -> bool:
        with self._lock:
            first, self._over = not self._over, True
        return first


def _finish(done: "asyncio.Future[None]") -> None:
    if not done.done():
        done.set_result(None)
