"""How many pictures are read together, by how long each takes at present."""

import time
from collections.abc import Callable

_MOST = 64  # a small network is fastest near this
_FIRST = 8  # before it is known how long one takes
_LEAST = 4  # however long: a network reads a few in little more time than one
# Of a large network on a busy machine 64 take half a minute. Parts this long come as often as
# whoever watches likes to see it go on, and end soon after they are told to.
_PART_S = 1.0


class PartPace:
    """Is told how long parts took, each decoded and then read, and says how many the next takes.

    Several threads may tell it at once: whichever was last counts.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin with nothing known; `clock` counts seconds."""
        self.clock = clock
        self._decode_s = self._read_s = 0.0  # of one picture
        self._is_known = False

    @property
    def items(self) -> int:
        """How many pictures the next part takes."""
        if not self._is_known:
            return _FIRST
        fitting = _PART_S / max(self._decode_s + self._read_s, 1e-6)
        return max(_LEAST, min(_MOST, int(fitting)))

    def decoded(self, items: int, since: float) -> None:
        """Note that some were decoded in the time since a moment of the clock."""
        self._decode_s = (self.clock() - since) / items

    def read(self, items: int, since: float) -> None:
        """Note that some were read by the network in the time since a moment of the clock."""
        self._read_s = (self.clock() - since) / items
        self._is_known = True
