"""How much of a long work goes into one transaction: others wait to write meanwhile."""

import time
from collections.abc import Callable

LONGEST_S = 0.5
"""Of one transaction; a till that sends a sale meanwhile is not to notice."""

_MOST = 50  # things in one, however quick they are
_FIRST_S = 0.05  # that one of them is thought to take before any was done


class Portions:
    """Is told what was done, and says how much more the transaction takes, by the pace of before.

    What takes longer than it did, on a busy machine say, makes the next portions smaller.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin with nothing done; `clock` counts seconds."""
        self._clock = clock
        self._each_s = _FIRST_S
        self._in_it = 0
        self._began = self._last = clock()

    def begin(self) -> None:
        """Begin a transaction."""
        self._in_it = 0
        self._began = self._last = self._clock()

    @property
    def room(self) -> int:
        """How many things to do next in this transaction; 0: it is to end. At first at least 1."""
        left_s = LONGEST_S - (self._clock() - self._began)
        # Half of what fits: what a portion takes is known no better than that.
        fitting = int(left_s / 2 / self._each_s) if left_s > 0 else 0
        return max(min(fitting, _MOST - self._in_it), int(self._in_it == 0))

    @property
    def ahead(self) -> int:
        """How many things to make ready for one transaction, such as by reading their pictures."""
        return max(1, min(_MOST, int(LONGEST_S / self._each_s)))

    def did(self, things: int) -> None:
        """Tell that so many of them were done since the last time."""
        now = self._clock()
        if things:
            self._each_s = max(1e-4, (now - self._last) / things)
            self._in_it += things
        self._last = now
