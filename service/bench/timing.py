"""Timing two ways of doing the same thing so that they can be compared on a noisy machine."""

import statistics
from collections.abc import Callable
from dataclasses import dataclass

WARM_UP = 5


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: this service beside the bare library."""

    stage: str
    products: int
    service_ms: float
    bare_ms: float

    @property
    def ratio(self) -> float:
        """How many times the bare library's time this service takes."""
        return self.service_ms / self.bare_ms


def compare(
    service: Callable[[int], float],
    bare: Callable[[int], float],
    rounds: int,
    warm_up: int = WARM_UP,
) -> tuple[float, float]:
    """Run both in turn, so that the machine's moods hit them alike; give the medians in ms.

    Each is called with the number of the round and says how many milliseconds it took.
    """
    for number in range(warm_up):
        service(number)
        bare(number)
    pairs = [(service(number), bare(number)) for number in range(rounds)]
    return (
        statistics.median(pair[0] for pair in pairs),
        statistics.median(pair[1] for pair in pairs),
    )


def percentile(values: list[float], percent: float) -> float:
    """Return the value below which `percent` of the values lie (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]
