"""One process that decodes pictures for this one, and what may go wrong with it."""

import socket
import threading
import time
from subprocess import DEVNULL

import numpy as np

from embeddings.confined import start
from embeddings.decoding.budget import ByteBudget
from embeddings.decoding.decode import Wish
from embeddings.decoding.messages import (
    ANSWER,
    GO,
    NEED,
    PIXELS,
    REQUEST,
    TOO_LARGE,
    ChannelClosed,
    receive,
    receive_into,
    send,
)
from embeddings.errors import DecodingBusy, PhotoTooLarge, UnreadablePhoto
from embeddings.lifeline import Lifeline
from embeddings.limits import PhotoLimits
from embeddings.types import Pixels

_MODULE = "embeddings.decoding.process"
_START_S = 30.0
_LOOK_S = 0.1  # how often a waiting thread looks whether it should stop
_SPARE_S = 60.0  # on the clock, beyond the processor's time: for a machine that is busy
# Memory goes back to the system as soon as a picture is done.
_ENVIRONMENT = {"MALLOC_MMAP_THRESHOLD_": "262144", "MALLOC_TRIM_THRESHOLD_": "1048576"}


class EndedUnread(Exception):
    """The process ended before it had read the picture, which has no part in that."""


class Decoder:
    """One decoding process, for one thread at a time."""

    def __init__(self) -> None:
        self._lifeline = Lifeline()
        ours, theirs = socket.socketpair()
        handed_on = [theirs.fileno(), self._lifeline.child]
        with theirs:
            self._process = start(
                _MODULE, handed_on, _ENVIRONMENT, stdin=DEVNULL, stdout=DEVNULL, stderr=DEVNULL
            )
        self._channel = ours
        self._ready = False

    def decode(
        self,
        data: bytes,
        limits: PhotoLimits,
        wish: Wish,
        budget: ByteBudget,
        stop: threading.Event | None,
    ) -> Pixels:
        """Decode a picture to `(h, w, 3)`; after an error but UnreadablePhoto it is of no use.

        Raises: EndedUnread, where another process may do better; ChannelClosed and OSError where
        the picture ended this one.
        """
        self._get_ready(stop)
        until = time.monotonic() + limits.max_cpu_s + _SPARE_S
        self._channel.settimeout(_START_S)
        request = REQUEST.pack(
            len(data),
            limits.max_pixels,
            limits.max_memory_bytes,
            limits.max_cpu_s,
            wish.side or 0,
            *(wish.box.x, wish.box.y, wish.box.width, wish.box.height),
        )
        try:
            send(self._channel, request, data)
            kind, one, two = self._answer(until, stop)
        except ConnectionError as error:  # what was sent lay unread when the other end closed
            raise EndedUnread from error
        if kind == NEED:
            waiting = time.monotonic() + limits.max_wait_s
            with budget.holding(one, limits.max_memory_bytes, waiting, stop):
                until = time.monotonic() + limits.max_cpu_s + _SPARE_S
                send(self._channel, GO)
                kind, one, two = self._answer(until, stop)
        if kind == PIXELS:
            pixels = np.empty((one, two, 3), dtype=np.uint8)
            receive_into(self._channel, pixels.data.cast("B"))
            return pixels
        said = receive(self._channel, one).decode("utf-8")
        raise PhotoTooLarge(said) if kind == TOO_LARGE else UnreadablePhoto(said)

    def is_alive(self) -> bool:
        """Return whether the process still runs."""
        return self._process.poll() is None

    def end(self) -> None:
        """End the process, whatever it does."""
        self._process.kill()
        self._process.wait()
        self._lifeline.close()
        self._channel.close()

    def _get_ready(self, stop: threading.Event | None) -> None:
        if self._ready:
            return
        try:
            self._wait(time.monotonic() + _START_S, stop)
            receive(self._channel, ANSWER.size)
        except (ChannelClosed, ConnectionError) as error:
            raise EndedUnread from error
        self._ready = True

    def _answer(self, until: float, stop: threading.Event | None) -> tuple[bytes, int, int]:
        self._wait(until, stop)
        kind, one, two = ANSWER.unpack(receive(self._channel, ANSWER.size))
        return kind, one, two

    def _wait(self, until: float, stop: threading.Event | None) -> None:
        """Wait until something has come, and look now and then whether it should stop."""
        while True:
            left = until - time.monotonic()
            if left <= 0 or (stop is not None and stop.is_set()):
                raise DecodingBusy("reading this picture takes too long at this time; try again")
            self._channel.settimeout(min(left, _LOOK_S) if stop else left)
            try:
                self._channel.recv(1, socket.MSG_PEEK)
                self._channel.settimeout(_START_S)
                return
            except TimeoutError:
                continue
