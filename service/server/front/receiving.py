"""Bodies that go to the disk as they come: large files of people who may send them.

The application is asked first, with the request but without its body: it says no as it says
anything, or leaves in the environment what takes the body in. So nothing is read of a stranger,
and what is read is never held in memory.
"""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any, Protocol

from service.errors import ClientGone, ServerBusy, SlowUpload
from service.server.front.exchange import Answer
from service.server.front.incoming import Incoming

ASKS_FIRST = "lookalike.asks_first"  # in the environment of the question; no header is called so
LENGTH = "lookalike.length"  # the bytes that the body says it has, or None
RECEIVER = "lookalike.receiver"  # what takes it in, left there by the application
ASKER = "lookalike.asker"  # who sends it, likewise
COME_IN = HTTPStatus.NO_CONTENT.value

_MOST_AT_ONCE = 4  # each has a file open, and a thread now and then
_MOST_OF_ONE = 2  # so that nobody keeps all others out
_PIECE = 1024 * 1024  # bytes gathered before they are written
_SILENT_S = 60.0  # without a byte
_GRACE_S = 60.0
_LEAST_RATE = 16 * 1024  # bytes a second on average, once the grace is over
_FULL_OF_ONE = f"{_MOST_OF_ONE} files of yours are being sent: send the next one after these"
_FULL = "as many files are being sent as there is room for; please try again"
_log = logging.getLogger(__name__)


class Receiver(Protocol):
    """Takes a body in; every method may wait for the disk, and raises errors that have answers."""

    def take(self, data: bytes) -> None:
        """Take the next piece."""
        ...

    def finish(self) -> None:
        """Take note that all has come."""
        ...

    def close(self) -> None:
        """Let go of what nobody kept."""
        ...


class Receivers:
    """Takes bodies in, a few at a time; used in one event loop only."""

    def __init__(self, ask: Callable[[dict[str, Any]], Answer]) -> None:
        """`ask` gives the application a request, in a thread, and takes its answer."""
        self._ask = ask
        self._at_once = 0
        self._askers: Counter[object] = Counter()

    async def receive(
        self, environ: dict[str, Any], incoming: Incoming
    ) -> tuple[Answer | None, Receiver | None]:
        """Take a body in; gives the application's answer where it does not want it.

        Raises:
            ServerBusy: others are being taken in.
            SlowUpload: it comes too slowly.
            ClientGone: it ends too early.
        """
        if self._at_once >= _MOST_AT_ONCE:
            raise ServerBusy(_FULL)
        self._at_once += 1
        try:
            question = environ | {ASKS_FIRST: True, LENGTH: incoming.length}
            answer = await asyncio.to_thread(self._ask, question)
            receiver: Receiver | None = question.get(RECEIVER)
            if receiver is None or answer.status != COME_IN:
                return answer, None
            try:
                with self._place_of(question.get(ASKER)):
                    await self._take(receiver, incoming)
            except BaseException:
                await asyncio.shield(asyncio.to_thread(receiver.close))
                raise
            return None, receiver
        finally:
            self._at_once -= 1

    @contextmanager
    def _place_of(self, asker: object) -> Iterator[None]:
        """Hold one of the few places that whoever sends a file has."""
        if self._askers[asker] >= _MOST_OF_ONE:
            raise ServerBusy(_FULL_OF_ONE)
        self._askers[asker] += 1
        try:
            yield
        finally:
            self._askers[asker] -= 1
            if not self._askers[asker]:
                del self._askers[asker]

    async def _take(self, receiver: Receiver, incoming: Incoming) -> None:
        started, received = time.monotonic(), 0
        pieces: list[bytes] = []
        gathered = 0
        body = aiter(incoming.pieces())
        while True:
            try:
                async with asyncio.timeout(_SILENT_S):
                    piece = await anext(body)
            except StopAsyncIteration:
                break
            except TimeoutError:
                raise SlowUpload(f"nothing came for {_SILENT_S:g} seconds") from None
            received += len(piece)
            gathered += len(piece)
            pieces.append(piece)
            if gathered >= _PIECE:
                await asyncio.to_thread(receiver.take, b"".join(pieces))
                pieces, gathered = [], 0
            if time.monotonic() - started > _GRACE_S + received / _LEAST_RATE:
                raise SlowUpload(f"a file comes at {_LEAST_RATE} bytes a second or more")
        if incoming.length is not None and received != incoming.length:
            raise ClientGone("the body ended early")
        if gathered:
            await asyncio.to_thread(receiver.take, b"".join(pieces))
        await asyncio.to_thread(receiver.finish)
