"""How long something took."""

import time
from collections.abc import Callable


def took_ms(action: Callable[[], object]) -> float:
    """Run an action once and give the milliseconds it took."""
    start = time.perf_counter()
    action()
    return (time.perf_counter() - start) * 1000
