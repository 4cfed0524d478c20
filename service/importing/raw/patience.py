"""How long whoever looks at a file waits for rows that say nothing.

Rows that say something are counted by whoever reads them, who may stop. A sheet may have millions
of empty ones below the last, which are left out one after another.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

_LOOK = 1_000  # rows between two looks at the clock


@dataclass(slots=True)
class Patience:
    """Of one look at a file."""

    is_over: Callable[[], bool]
    has_ended: bool = False  # so what was read is not all that there is


_patience: ContextVar[Patience | None] = ContextVar("patience", default=None)


@contextmanager
def looking(is_over: Callable[[], bool]) -> Iterator[Patience]:
    """Have what is read meanwhile end among rows that say nothing, once patience is over."""
    token = _patience.set(patience := Patience(is_over))
    try:
        yield patience
    finally:
        _patience.reset(token)


def ends_at(count: int) -> bool:
    """Return `ends_here` at every thousandth row alone: to ask costs more than to read one."""
    return count % _LOOK == 0 and ends_here()


def ends_here() -> bool:
    """Return whether to read no further; whoever imports a file reads all of it."""
    patience = _patience.get()
    if patience is None:
        return False
    patience.has_ended = patience.has_ended or patience.is_over()
    return patience.has_ended
