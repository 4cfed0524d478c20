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
    grace_s: float = 20.0  # before an answer has to come at the least rate
    least_rate: int = 16 * 1024  # bytes a second on average
    total_s: float = 60.0  # of one answer
    whole_s: float = 150.0  # of all that is asked for one file: redirects and further tries
    redirects: int = 5
    tries: int = 4
    busy_tries: int = 8  # where the server says that it is asked too much: it pauses for all
    back_off_s: float = 0.5  # before the second try; then twice as long each time
    longest_wait_s: float = 60.0  # that a server may ask for: whoever asks for more is not awaited
    rate: float = 20.0  # requests a second and host
    connections: int = 8  # at a time and host
    silent_tries: int = 12  # without an answer, after which a host is left alone
    failing_tries: int = 40  # in a row with an answer that is no good, likewise
    left_alone_s: float = 300.0
