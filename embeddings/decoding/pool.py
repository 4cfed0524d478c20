"""The processes that decode pictures for this one: started when needed, ended when astray."""

import atexit
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from embeddings.decoding.budget import ByteBudget
from embeddings.decoding.decode import WHATEVER, Wish
from embeddings.decoding.decoder import Decoder, EndedUnread
from embeddings.decoding.messages import ChannelClosed
from embeddings.errors import DecodingBusy, PhotoTooLarge, UnreadablePhoto
from embeddings.limits import PhotoLimits
from embeddings.types import Pixels

_MOST_PROCESSES = 4
_MOST_TRIES = 3  # of a picture whose processes end before they have read it


class DecoderPool:
    """A few decoding processes; threads that want one wait in turn."""

    def __init__(self, processes: int | None = None) -> None:
        """Keep at most `processes`: one for each core, up to four, if none are named."""
        self._most = processes or min(_MOST_PROCESSES, os.cpu_count() or 1)
        self._budget = ByteBudget()
        self._places = ByteBudget()
        self._lock = threading.Lock()
        self._idle: list[Decoder] = []

    def warm_up(self) -> None:
        """Start one process, so that the first picture finds it there."""
        with self._lock:
            if not self._idle:
                self._idle.append(Decoder())

    def decode(
        self,
        data: bytes,
        limits: PhotoLimits,
        wish: Wish = WHATEVER,
        stop: threading.Event | None = None,
    ) -> Pixels:
        """Decode a picture to `(h, w, 3)` in one of the processes. Raises: as `open_photo`."""
        until = time.monotonic() + limits.max_wait_s
        with self._places.holding(1, self._most, until, stop):
            for _ in range(_MOST_TRIES):
                try:
                    return self._decode_once(data, limits, wish, stop)
                except EndedUnread:
                    continue
        raise DecodingBusy("the processes that read pictures end at once; try again later")

    def close(self) -> None:
        """End the processes; another is started should one be wanted again."""
        with self._lock:
            idle, self._idle = self._idle, []
        for decoder in idle:
            decoder.end()

    def _decode_once(
        self, data: bytes, limits: PhotoLimits, wish: Wish, stop: threading.Event | None
    ) -> Pixels:
        with self._borrowed() as decoder:
            try:
                return decoder.decode(data, limits, wish, self._budget, stop)
            except (ChannelClosed, OSError) as error:
                raise UnreadablePhoto(
                    "decoding this picture takes more time or memory than any honest one"
                ) from error

    @contextmanager
    def _borrowed(self) -> Iterator[Decoder]:
        """Lend a process; it comes back unless something is wrong with it."""
        decoder = self._idle_one() or Decoder()
        try:
            yield decoder
        except (PhotoTooLarge, UnreadablePhoto) as error:
            if isinstance(error.__cause__, (ChannelClosed, OSError)):
                decoder.end()
            else:
                self._give_back(decoder)
            raise
        except BaseException:
            decoder.end()
            raise
        else:
            self._give_back(decoder)

    def _idle_one(self) -> Decoder | None:
        while True:
            with self._lock:
                if not self._idle:
                    return None
                decoder = self._idle.pop()
            if decoder.is_alive():
                return decoder
            decoder.end()  # somebody has killed it meanwhile

    def _give_back(self, decoder: Decoder) -> None:
        with self._lock:
            self._idle.append(decoder)


_pool = DecoderPool()
_of_parents: list[DecoderPool] = []


def decode_elsewhere(
    data: bytes,
    limits: PhotoLimits,
    wish: Wish = WHATEVER,
    stop: threading.Event | None = None,
) -> Pixels:
    """Decode a picture to `(h, w, 3)` in a process for it. Raises: as `open_photo`."""
    return _pool.decode(data, limits, wish, stop)


def warm_up() -> None:
    """Start a decoding process, so that the first picture finds it there."""
    _pool.warm_up()


def _after_fork() -> None:
    # A forked child must not talk over its parent's sockets.
    global _pool
    _of_parents.append(_pool)  # its processes are not ours to end
    _pool = DecoderPool()


atexit.register(lambda: _pool.close())
os.register_at_fork(after_in_child=_after_fork)
