"""How often somebody may ask in a minute, counted in memory, or in a Redis for several workers."""

import logging
import threading
import time
from typing import TYPE_CHECKING, Any

from service.errors import BadSetting, TooOften

if TYPE_CHECKING:
    from limits.strategies import SlidingWindowCounterRateLimiter

IN_MEMORY = "memory"
_PATIENCE_S = 0.5  # with a Redis that does not answer
_LEFT_ALONE_S = 10.0
_log = logging.getLogger(__name__)


class Rates:
    """Counts what is asked; threads may share one."""

    def __init__(self, where: str = IN_MEMORY) -> None:
        """Count in memory, or in the Redis of an address. Raises: BadSetting."""
        self._in_memory: SlidingWindowCounterRateLimiter | None = None
        self._making = threading.Lock()
        self._shared = None if where == IN_MEMORY else _limiter_at(where)
        self._try_again = 0.0

    def count(self, what: str, whose: str, per_minute: int) -> None:
        """Count one more. Raises: TooOften."""
        from limits import RateLimitItemPerMinute  # who shows no key is not counted

        item = RateLimitItemPerMinute(per_minute)
        limiter = self._limiter()
        try:
            if limiter.hit(item, what, whose):
                return
            reset = limiter.get_window_stats(item, what, whose).reset_time
        except Exception as error:
            if limiter is self._in_memory:
                raise
            # Who may ask is not to hang on it: each process counts by itself meanwhile.
            self._try_again = time.monotonic() + _LEFT_ALONE_S
            _log.warning("requests are counted in memory, for now: %s", error)
            self.count(what, whose, per_minute)
            return
        raise TooOften(f"{what}: at most {per_minute} in a minute", reset - time.time())

    def _limiter(self) -> "SlidingWindowCounterRateLimiter":
        if self._shared is None or time.monotonic() < self._try_again:
            return self._here()
        return self._shared

    def _here(self) -> "SlidingWindowCounterRateLimiter":
        with self._making:
            if self._in_memory is None:
                from limits.storage import MemoryStorage
                from limits.strategies import SlidingWindowCounterRateLimiter

                self._in_memory = SlidingWindowCounterRateLimiter(MemoryStorage())
            return self._in_memory


def _limiter_at(where: str) -> "SlidingWindowCounterRateLimiter":
    from limits.errors import ConfigurationError
    from limits.storage import storage_from_string
    from limits.strategies import SlidingWindowCounterRateLimiter

    patience: dict[str, Any] = {
        "socket_timeout": _PATIENCE_S,
        "socket_connect_timeout": _PATIENCE_S,
    }
    try:
        return SlidingWindowCounterRateLimiter(
            storage_from_string(where, wrap_exceptions=True, **patience)
        )
    except ConfigurationError as error:
        raise BadSetting(f"LOOKALIKE_RATES cannot be used: {error}") from error
