"""When a host may be asked next, for all who fetch for one shop: a small file of clocks.

Two imports beside each other, or an import and a feed, so ask a host no more often than one.
"""

import fcntl
import hashlib
import math
import os
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

_HOSTS = 1024  # clocks of a file; two hosts that share one share a rate, and nothing else
_CLOCK = struct.Struct("<4d")
_FAR_S = 300.0  # nobody waits for so long: a clock that says it is of a machine's former life
_SLOWEST = 64.0  # times slower than is allowed
_LONGEST_S = 10.0  # between two requests
_HALVED_IN_S = 30.0  # how soon a host is trusted again
_LOCK_S, _LOCK_STEP_S = 0.5, 0.001  # that a lock of a few microseconds is waited for
_STUCK_S = 10.0  # that it is then not waited for any more


@dataclass(frozen=True, slots=True)
class Clock:
    """What is known of a host; instants are those of the machine's own monotonic clock."""

    next_at: float = 0.0  # when the next request may go
    paused_until: float = 0.0
    slowed: float = 1.0  # how many times less often it is asked, when that was last said
    slowed_at: float = 0.0

    def slowed_now(self, now: float) -> float:
        """Return how many times less often it is asked: half as much after each while."""
        passed = max(0.0, now - max(self.slowed_at, self.paused_until))
        return float(max(1.0, self.slowed * 0.5 ** (passed / _HALVED_IN_S)))

    def believed(self, now: float) -> "Clock":
        """Return it without what cannot be: of a machine that was started anew, or damaged."""
        numbers = (self.next_at, self.paused_until, self.slowed, self.slowed_at)
        sound = all(map(math.isfinite, numbers)) and 1.0 <= self.slowed <= _SLOWEST
        near = max(self.next_at, self.paused_until) <= now + _FAR_S and self.slowed_at <= now
        return self if sound and near else Clock()


class Clocks(Protocol):
    """The clocks of hosts."""

    def take_turn(self, host: str, interval_s: float) -> float:
        """Return the instant of the next free turn, and take it."""
        ...

    def paused_until(self, host: str) -> float:
        """Return the instant before which a host is not to be asked."""
        ...

    def slow_down(self, host: str, asked_at: float, pause_s: float | None) -> None:
        """Ask a host half as often, and not at all for a while, since it said so to a request.

        Answers to requests that went before the host was last slowed down say nothing new.
        `pause_s` is what the host wishes; None: the longer, the slower it is asked already.
        """
        ...

    def close(self) -> None:
        """Let go of what is held."""
        ...


class OwnClocks:
    """Clocks of one process."""

    def __init__(self, back_off_s: float = 0.5, now: Callable[[], float] = time.monotonic) -> None:
        """Take how long a first pause is, where a host does not say it."""
        self._clocks: dict[str, Clock] = {}
        self._back_off_s = back_off_s
        self._now = now

    def take_turn(self, host: str, interval_s: float) -> float:
        """Return the instant of the next free turn, and take it."""
        with self._changing(host):
            clock, now = self._clock(host), self._now()
            at = max(now, clock.next_at, clock.paused_until)
            between_s = max(interval_s, min(_LONGEST_S, interval_s * clock.slowed_now(now)))
            self._set(host, replace(clock, next_at=at + between_s))
        return at

    def paused_until(self, host: str) -> float:
        """Return the instant before which a host is not to be asked."""
        return self._clock(host).paused_until

    def slow_down(self, host: str, asked_at: float, pause_s: float | None) -> None:
        """Ask a host half as often, and not at all for a while, since it said so to a request."""
        with self._changing(host):
            clock, now = self._clock(host), self._now()
            slowed, slowed_at = clock.slowed, clock.slowed_at
            if asked_at >= slowed_at:
                slowed, slowed_at = min(_SLOWEST, 2 * clock.slowed_now(now)), now
                if pause_s is None:
                    pause_s = self._back_off_s * slowed / 2
            paused_until = max(clock.paused_until, now + (pause_s or 0.0))
            self._set(host, Clock(clock.next_at, paused_until, slowed, slowed_at))

    def close(self) -> None:
        """Hold nothing, and so let go of nothing."""

    def _clock(self, host: str) -> Clock:
        return self._clocks.get(host, Clock())

    def _set(self, host: str, clock: Clock) -> None:
        self._clocks[host] = clock

    @contextmanager
    def _changing(self, _host: str) -> Iterator[None]:
        yield


class SharedClocks(OwnClocks):
    """Clocks in a file of the shop's home. A kill leaves them as they were last set.

    What is set is one write of a few bytes; whoever was stopped while it held the lock is not
    waited for: a turn that two take harms nobody.
    """

    def __init__(
        self, path: Path, back_off_s: float = 0.5, now: Callable[[], float] = time.monotonic
    ) -> None:
        """Take a file, which is made where there is none. Raises: OSError."""
        super().__init__(back_off_s, now)
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._stuck_until = 0.0

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._file)

    def _clock(self, host: str) -> Clock:
        data = os.pread(self._file, _CLOCK.size, _place(host))
        return Clock(*_CLOCK.unpack(data.ljust(_CLOCK.size, b"\0"))).believed(self._now())

    def _set(self, host: str, clock: Clock) -> None:
        told = (clock.next_at, clock.paused_until, clock.slowed, clock.slowed_at)
        os.pwrite(self._file, _CLOCK.pack(*told), _place(host))

    @contextmanager
    def _changing(self, _host: str) -> Iterator[None]:
        began = time.monotonic()
        until = began + (_LOCK_S if began >= self._stuck_until else 0)
        while not self._is_locked():
            if (now := time.monotonic()) >= until:
                self._stuck_until = max(self._stuck_until, now + _STUCK_S)
                break
            time.sleep(_LOCK_STEP_S)
        try:
            yield
        finally:
            fcntl.flock(self._file, fcntl.LOCK_UN)

    def _is_locked(self) -> bool:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def _place(host: str) -> int:
    """Return where a host's clock lies; by its digest, for names are no secret of the file's."""
    digest = hashlib.sha256(host.encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:8], "little") % _HOSTS * _CLOCK.size
