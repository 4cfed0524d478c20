"""Reads bodies whole in the event loop, so that a slow upload holds no thread.

Bounded are the bytes of a body, those of all bodies held at once, and the time: a body is whole
within `upload_s`, and comes no slower than `LEAST_RATE` on average once `grace_s` have passed.
"""

import asyncio
import time

from service.errors import ClientGone, MadeWay, NoRoom, SlowUpload, UploadTooLarge
from service.server.front.incoming import Incoming
from service.server.front.limits import LEAST_RATE, Limits
from service.server.front.protocol import Scope
from service.server.front.room import Client, Reading, who_makes_way

_MADE_AT_ONCE = 16  # times as many bytes are made room for, so that it is not done for each piece


class Bodies:
    """Reads bodies, and remembers how much is held; used in one event loop only."""

    def __init__(self, limits: Limits, client_of: Client) -> None:
        """Take the bounds, and who it is that a body comes from."""
        self._limits = limits
        self._client_of = client_of
        self._held = 0
        self._leaving = 0  # of those held, by readings that were ended a moment ago
        self._readings: set[Reading] = set()

    async def read(self, scope: Scope, incoming: Incoming) -> bytes:
        """Read a body; its bytes count as held until `release`.

        Raises:
            UploadTooLarge: it has too many bytes, or says so.
            NoRoom: other bodies take all the room there is, and have a better right to it.
            SlowUpload: it comes too slowly.
            MadeWay: it took so much room for so long that others had none.
            ClientGone: it ends too early.
        """
        if incoming.length == 0:
            return b""
        if (incoming.length or 0) > self._limits.body_bytes:
            raise UploadTooLarge("the body says that it is longer than is taken")
        task = asyncio.current_task()
        assert task is not None
        reading = Reading(task, scope, time.monotonic())
        self._readings.add(reading)
        body = None
        try:
            body = await self._receive(reading, incoming)
        except asyncio.CancelledError:
            if reading.ended is None:
                raise
            task.uncancel()
        finally:
            self._readings.discard(reading)
            if reading.ended is not None:
                self._leaving -= reading.received
            if body is None or reading.ended is not None:
                self._held -= reading.received
        if reading.ended is not None:
            # Raised out here, so that the error does not keep the pieces that had come.
            raise reading.ended(self._reason_for(reading.ended))
        assert body is not None
        return body

    def release(self, body: bytes) -> None:
        """Say that a body is held no longer."""
        self._held -= len(body)

    def end_slow_ones(self) -> None:
        """End the readings that are out of time; to be called every now and then."""
        now = time.monotonic()
        for reading in [each for each in self._readings if each.is_late(now, self._limits)]:
            self._end(reading, SlowUpload)

    async def _receive(self, reading: Reading, incoming: Incoming) -> bytes:
        length = incoming.length
        if length is not None and incoming.is_small:
            self._take(reading, length)
            body = await incoming.whole()
        else:
            pieces = []
            async for piece in incoming.pieces():
                self._take(reading, len(piece))
                pieces.append(piece)
                if reading.received > self._limits.body_bytes:
                    raise UploadTooLarge("the body is longer than is taken")
            body = b"".join(pieces)
        if length is not None and len(body) != length:
            raise ClientGone("the body ended early")
        return body

    def _take(self, reading: Reading, number: int) -> None:
        now = time.monotonic()
        lacking = self._held - self._leaving + number - self._limits.buffer_bytes
        if lacking > 0:
            self._make_room(reading, number, lacking, now)
        reading.take(number, now)
        self._held += number

    def _make_room(self, reading: Reading, number: int, lacking: int, now: float) -> None:
        ended = who_makes_way(
            reading,
            [each for each in self._readings if each.ended is None],
            lacking,
            lacking + (_MADE_AT_ONCE - 1) * number,
            now,
            client_of=self._client_of,
            least_s=self._limits.settled_s,
        )
        if not ended:
            raise NoRoom("too much is being sent at once; please try again")
        for each in ended:
            self._end(each, MadeWay)

    def _end(self, reading: Reading, why: type[SlowUpload]) -> None:
        if reading.ended is None:
            reading.ended = why
            self._leaving += reading.received
            reading.task.cancel()

    def _reason_for(self, why: type[SlowUpload]) -> str:
        if why is MadeWay:
            return "others needed the room that this upload held for too long; please try again"
        return (
            f"a body comes whole within {self._limits.upload_s:g} seconds, and at {LEAST_RATE} "
            "bytes a second or more"
        )
