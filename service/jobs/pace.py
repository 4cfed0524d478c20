"""How quickly work goes at present, once there is enough of it to tell."""

import time
from collections import deque
from collections.abc import Callable

_LEAST_S, _LEAST_DONE = 5.0, 5  # before that, loading a model would pass for slow work
_WINDOW_S = 30.0
_APART_S = 0.5  # between two moments that are remembered


class Pace:
    """Is told how much is done, and gives the rate of the last half minute."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin with nothing; `clock` counts seconds."""
        self._clock = clock
        self._seen: deque[tuple[float, int]] = deque()  # the last one is the present

    def note(self, done: int) -> None:
        """Note how much is done; less than before is other work, which is looked at anew."""
        now = self._clock()
        if self._seen and done < self._seen[-1][1]:
            self._seen.clear()
        if len(self._seen) > 1 and now - self._seen[-2][0] < _APART_S:
            self._seen.pop()
        self._seen.append((now, done))
        while len(self._seen) > 2 and now - self._seen[1][0] >= _WINDOW_S:
            self._seen.popleft()

    @property
    def rate(self) -> float | None:
        """Of what is done, a second; None where that cannot be told yet."""
        if not self._seen:
            return None
        (began, first), (now, last) = self._seen[0], self._seen[-1]
        if now - began < _LEAST_S or last - first < _LEAST_DONE:
            return None
        return (last - first) / (now - began)
