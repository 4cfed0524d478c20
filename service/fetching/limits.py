"""How much we take from a server, how long we wait for it, and how often we ask."""

import math
from dataclasses import dataclass

_ANSWERED_IN_S = 0.4  # by the slower half of servers
_FEWEST, _MOST = 8, 40  # connections to a host


def connections_at(rate: float) -> int:
    """Return how many connections to a host carry so many requests a second.

    Rate times the time of an answer are under way at once (J. D. C. Little, 1961).
    """
    return min(_MOST, max(_FEWEST, math.ceil(rate * _ANSWERED_IN_S)))


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """What a fetch may take."""

    max_bytes: int = 10 * 1024 * 1024
    connect_s: float = 10.0
    read_s: float = 15.0  # without a byte
    total_s: float = 60.0  # of one answer, however steadily it drips
    redirects: int = 5
    tries: int = 4
    back_off_s: float = 0.5  # before the second try; then twice as long each time
    longest_wait_s: float = 60.0  # that a server may ask for: whoever asks for more is not awaited
    rate: float = 20.0  # requests a second and host
    connections: int = 8  # at a time and host
    silent_tries: int = 12  # in a row without an answer, after which a host is left alone
    left_alone_s: float = 300.0
