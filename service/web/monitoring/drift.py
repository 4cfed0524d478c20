"""The index's drift as a figure to watch: counted beside the requests, never waited for long."""

import logging
import math
import threading
import time
from collections.abc import Callable

MAX_AGE_S = 30.0
WAIT_S = 1.0
_log = logging.getLogger(__name__)


class WatchedDrift:
    """Remembers how many photos index and catalogue disagree on; threads may share one."""

    def __init__(
        self,
        count: Callable[[], int],
        *,
        max_age_s: float = MAX_AGE_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take what counts; it may take long, and may fail."""
        self._count = count
        self._max_age_s = max_age_s
        self._clock = clock
        self._lock = threading.Lock()
        self._counting: threading.Thread | None = None
        self._known = math.nan
        self._counted_at = -math.inf

    @property
    def known(self) -> float:
        """What was counted last; NaN where nothing could be counted yet."""
        return self._known

    def latest(self, wait_s: float = WAIT_S) -> float:
        """Return what was counted last, counting anew where it is too old.

        Waits no longer than `wait_s`: the next who asks gets what is counted after that. NaN where
        it could not be counted.
        """
        with self._lock:
            counting = self._counting
            if counting is None and self._clock() - self._counted_at >= self._max_age_s:
                counting = threading.Thread(target=self._renew, name="count-drift", daemon=True)
                self._counting = counting
                counting.start()
        if counting is not None:
            counting.join(wait_s)
        return self._known

    def _renew(self) -> None:
        try:
            self._known = float(self._count())
        except Exception as error:  # whatever it is, the other figures must not wait for it
            self._known = math.nan
            _log.warning("the drift cannot be counted: %s", error)
        with self._lock:
            self._counted_at = self._clock()
            self._counting = None
