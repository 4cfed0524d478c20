"""How long who writes waits for others: a command for minutes, a request for a moment.

Whoever sent a request is told to come again when its deadline passes, and does. What they were told
is not done must not be done after that, over what they have written since: so a request gets its
turn to write before its deadline, or never. And threads that wait to write answer nobody else.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from service.errors import CatalogueBusy

LONGEST_S = 5.0  # that a request waits, far from its deadline too
_AT_ONCE = 2  # of a process wait for other processes; the rest for a moment, for one of the two
_MOMENT_S = 1.0
_until: ContextVar[float | None] = ContextVar("until", default=None)
_turns = threading.BoundedSemaphore(_AT_ONCE)


@contextmanager
def in_haste(until: float) -> Iterator[None]:
    """Let what is written meanwhile get its turn until an instant of `time.monotonic`."""
    token = _until.set(until)
    try:
        yield
    finally:
        _until.reset(token)


def seconds_left() -> float | None:
    """Return how long to wait at most; None: for as long as it takes."""
    until = _until.get()
    return None if until is None else min(LONGEST_S, until - time.monotonic())


@contextmanager
def turn_to_wait() -> Iterator[None]:
    """Be one of the few requests that wait for other processes. Raises: CatalogueBusy."""
    left = seconds_left()
    if left is None:
        yield
        return
    if left <= 0 or not _turns.acquire(timeout=min(left, _MOMENT_S)):
        raise busy()
    try:
        yield
    finally:
        _turns.release()


def busy() -> CatalogueBusy:
    """Return what a request is told that did not get its turn."""
    return CatalogueBusy("others are writing to the catalogue: send the same again in a while")
