"""How much we take from a server, how long we wait for it, and how often we ask."""

from dataclasses import dataclass


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
