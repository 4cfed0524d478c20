"""How long to wait before a worker that died is started again."""

import time
from collections.abc import Callable

FIRST_S = 0.5
LONGEST_S = 30.0
FORGOTTEN_S = 120.0  # a worker that lived so long had no trouble starting


class Backoff:
    """Doubles the wait with each death that follows soon after another."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._latest: float | None = None
        self._delay = 0.0

    def next_delay(self) -> float:
        """Return the seconds to wait now: none after a first death."""
        now = self._clock()
        soon = self._latest is not None and now - self._latest < FORGOTTEN_S
        self._latest = now
        self._delay = min(max(FIRST_S, self._delay * 2), LONGEST_S) if soon else 0.0
        return self._delay
