"""Reads bodies whole in the event loop, so that a slow upload holds no thread.

Bounded are the bytes of a body, those of all bodies held at once, and the time: a body is whole
within `upload_s`, and comes no slower than `LEAST_RATE` on average once `grace_s` have passed.
"""

import asyncio
import time
from dataclasses import dataclass, field

from service.errors import ClientGone, ServerBusy, SlowUpload, UploadTooLarge
from service.front.limits import LEAST_RATE, Limits
from service.front.protocol import Connection, Scope

_SMALL = 64 * 1024  # bytes: read in one piece, as that is quicker


@dataclass(slots=True, eq=False)
class _Reading:
    task: "asyncio.Task[object]"
    started: float
    latest: float
    received: int = 0
    too_slow: bool = field(default=False)

    def is_late(self, now: float, limits: Limits) -> bool:
        took = now - self.started
        return took > min(limits.upload_s, limits.grace_s + self.received / LEAST_RATE)


class Bodies:
    """Reads bodies, and remembers how much is held; used in one event loop only."""

    def __init__(self, limits: Limits) -> None:
        """Take the bounds."""
        self._limits = limits
        self._held = 0
        self._readings: set[_Reading] = set()

    @property
    def held(self) -> int:
        """The bytes that are held now."""
        return self._held

    @property
    def under_way(self) -> int:
        """How many bodies are being read now."""
        return len(self._readings)

    async def read(self, scope: Scope, connection: Connection) -> bytes:
        """Read a body; its bytes count as held until `release`.

        Raises:
            UploadTooLarge: it has too many bytes, or says so.
            ServerBusy: other bodies take all the room there is.
            SlowUpload: it comes too slowly.
            ClientGone: it ends too early.
        """
        said = scope.headers.get("content-length")
        length = int(said) if said is not None and said.isascii() and said.isdigit() else None
        if length is None and scope.headers.get("transfer-encoding") is None:
            return b""
        if length is not None and length > self._limits.body_bytes:
            raise UploadTooLarge("the body says that it is longer than is taken")
        if length == 0:
            return b""
        now = time.monotonic()
        task = asyncio.current_task()
        assert task is not None
        reading = _Reading(task, now, now)
        self._readings.add(reading)
        try:
            body = await self._receive(reading, connection, length)
        except BaseException as error:
            self._held -= reading.received
            if isinstance(error, asyncio.CancelledError) and reading.too_slow:
                task.uncancel()
                raise SlowUpload(
                    f"a body comes whole within {self._limits.upload_s:g} seconds, and at "
                    f"{LEAST_RATE} bytes a second or more"
                ) from None
            raise
        finally:
            self._readings.discard(reading)
        return body

    def release(self, body: bytes) -> None:
        """Say that a body is held no longer."""
        self._held -= len(body)

    def end_slow_ones(self) -> None:
        """End the readings that are out of time; to be called every now and then."""
        now = time.monotonic()
        for reading in [each for each in self._readings if each.is_late(now, self._limits)]:
            self._end(reading)

    async def _receive(
        self, reading: _Reading, connection: Connection, length: int | None
    ) -> bytes:
        if length is not None and length <= _SMALL:
            self._take(reading, length)
            body = await connection()
        else:
            pieces = []
            async for piece in connection:
                self._take(reading, len(piece))
                pieces.append(piece)
                if reading.received > self._limits.body_bytes:
                    raise UploadTooLarge("the body is longer than is taken")
            body = b"".join(pieces)
        if length is not None and len(body) != length:
            raise ClientGone("the body ended early")
        return body

    def _take(self, reading: _Reading, number: int) -> None:
        if self._held + number > self._limits.buffer_bytes:
            self._make_room(reading)
        reading.received += number
        reading.latest = time.monotonic()
        self._held += number

    def _make_room(self, reading: _Reading) -> None:
        # Who fills the room and then stalls must not keep others out.
        others = [each for each in self._readings if each is not reading and each.received]
        slowest = min(others, key=lambda each: each.latest, default=None)
        if slowest is None or time.monotonic() - slowest.latest < self._limits.stalled_s:
            raise ServerBusy("too much is being sent at once; please try again")
        self._end(slowest)

    def _end(self, reading: _Reading) -> None:
        if not reading.too_slow:
            reading.too_slow = True
            reading.task.cancel()
