"""What tests of processes share: a port that is free, and patience."""

import socket
import time
from collections.abc import Callable

PATIENCE_S = 120  # a pass does not pay for it, and a machine may stand still for a while


def until(holds: Callable[[], object]) -> None:
    """Wait till something holds; fails when it does not within the patience."""
    end = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


def free_port() -> int:
    """Return a port of this machine that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
