"""How long something took."""

import time
from collections.abc import Callable


def took_ms(action: Callable[[], object]) -> float:
    """Run an action once and give the milliseconds it took."""
    start = time.perf_counter()
    action()
    return ms_since(start)


def ms_since(start: float) -> float:
    """Return the milliseconds since a moment of `time.perf_counter`."""
    return (time.perf_counter() - start) * 1000
