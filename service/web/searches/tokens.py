"""Remembers a search for a while, so that a shopper can page on without sending the photo again.

What is kept is what the model read, never the photo, and sealed with the token: the disk and the
memory of the server hold nothing that anybody could read without the shopper's own address.
"""

import logging
import secrets
import struct
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

import numpy as np

from embeddings.types import Reading, Vectors
from service.errors import ExpiredSearch, ServerBusy
from service.web.searches.file import FILE_NAME, FILE_TROUBLE, SearchFile
from service.web.searches.sealing import name_of, seal, unseal
from service.wording import counted

__all__ = ["FILE_NAME", "RememberedSearches"]

TOKEN_BYTES = 24  # 192 bits: nobody guesses one
MOST_REMEMBERED = 20_000  # rows; the oldest go first, so the file stays under about 40 MB
MOST_AT_HAND = 1_000  # of this process, in memory: about 2 MB
_SWEPT_EVERY_S = 60.0
_LEFT_ALONE_S = 5.0  # a file that could not be used; trying costs a shopper a moment
_log = logging.getLogger(__name__)


class RememberedSearches:
    """Readings of shoppers' photos under unguessable, expiring tokens.

    This process's own latest are at hand in memory; the file is for other processes, and for the
    next start. A file that is full, locked or garbage costs nobody a search.
    """

    def __init__(
        self,
        folder: Path,
        minutes: float,
        *,
        most: int = MOST_REMEMBERED,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._file = SearchFile(folder)
        self._seconds = minutes * 60
        self._most = most
        self._clock = clock
        self._lock = threading.Lock()
        self._at_hand: OrderedDict[bytes, tuple[float, bytes]] = OrderedDict()
        self._try_again = 0.0  # by the monotonic clock

    def remember(self, reading: Reading, fingerprint: str) -> str:
        """Keep what a model read in a photo and give the token that recalls it."""
        token = secrets.token_urlsafe(TOKEN_BYTES)
        name, sealed = name_of(token), seal(token, _pack(reading, fingerprint))
        with self._lock:
            now = self._clock()
            expires = now + self._seconds
            self._at_hand[name] = (expires, sealed)
            if len(self._at_hand) > min(self._most, MOST_AT_HAND):
                self._at_hand.popitem(last=False)
            if self._may_try():
                try:
                    self._file.put(name, expires, sealed, now, self._most)
                except FILE_TROUBLE as error:
                    self._leave_alone(error)
        return token

    def recall(self, token: str) -> tuple[Reading, str]:
        """Return what was remembered under a token, and the model that read it.

        Raises:
            ExpiredSearch: the token is unknown or too old.
            ServerBusy: the file cannot be read at the moment.
        """
        with self._lock:
            sealed = self._find(name_of(token))
        message = None if sealed is None else unseal(token, sealed)
        if message is None:
            minutes = counted(round(self._seconds / 60), "minute")
            raise ExpiredSearch(f"a search is kept for {minutes}; please search again")
        return _unpack(message)

    def sweep(self) -> None:
        """Delete what has expired, in memory and on the disk."""
        with self._lock:
            now = self._clock()
            for name in [name for name, kept in self._at_hand.items() if kept[0] <= now]:
                del self._at_hand[name]
            if self._may_try() and self._file.exists():
                try:
                    self._file.sweep(now)
                except FILE_TROUBLE as error:
                    self._leave_alone(error)

    def sweep_regularly(self, every_s: float = _SWEPT_EVERY_S) -> None:
        """Sweep now and from now on, in a thread of its own."""

        def sweep_on() -> None:
            while True:
                self.sweep()
                time.sleep(every_s)

        threading.Thread(target=sweep_on, name="sweep-searches", daemon=True).start()

    def _find(self, name: bytes) -> bytes | None:
        now = self._clock()
        if name in self._at_hand:
            expires, sealed = self._at_hand[name]
            return sealed if expires > now else None
        if self._may_try():
            try:
                return self._file.get(name, now) if self._file.exists() else None
            except FILE_TROUBLE as error:
                self._leave_alone(error)
        raise ServerBusy("earlier searches cannot be looked up at the moment; please try again")

    def _may_try(self) -> bool:
        return time.monotonic() >= self._try_again

    def _leave_alone(self, error: Exception) -> None:
        self._try_again = time.monotonic() + _LEFT_ALONE_S
        _log.warning("searches are remembered in memory only, for now: %s", error)


def _pack(reading: Reading, fingerprint: str) -> bytes:
    vectors = (reading.logits, reading.probabilities, reading.embedding, reading.colours)
    parts = [fingerprint.encode(), *(b"" if each is None else _to_bytes(each) for each in vectors)]
    return struct.pack(f"<{len(parts)}I", *map(len, parts)) + b"".join(parts)


def _unpack(message: bytes) -> tuple[Reading, str]:
    lengths = struct.unpack_from("<5I", message)
    parts, start = [], 5 * 4
    for length in lengths:
        parts.append(message[start : start + length])
        start += length
    fingerprint, logits, probabilities, embedding, colours = parts
    reading = Reading(
        _from_bytes(logits),
        _from_bytes(probabilities),
        _from_bytes(embedding),
        _from_bytes(colours) if colours else None,
    )
    return reading, fingerprint.decode()


def _to_bytes(values: Vectors) -> bytes:
    return values.astype("<f4").tobytes()


def _from_bytes(stored: bytes) -> Vectors:
    return np.frombuffer(stored, dtype="<f4").astype(np.float32)
