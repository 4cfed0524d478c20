"""How long a file is waited for: each answer, and all that is asked for its sake."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from service.fetching.limits import FetchLimits


class Due:
    """When an answer has to be there, which moves on with what has come of it."""

    def __init__(self, timer: asyncio.Timeout, began: float, end: float, limits: FetchLimits):
        self._timer, self._began, self._end, self._limits = timer, began, end, limits
        self.came(0)

    def came(self, size: int) -> None:
        """Note how many bytes have come."""
        at_least = self._began + self._limits.grace_s + size / self._limits.least_rate
        self._timer.reschedule(min(self._end, at_least))

    @property
    def is_slow(self) -> bool:
        """Whether time was up for its slowness, before the end."""
        when = self._timer.when()
        return when is not None and when < self._end


class Patience:
    """The time that is left for one file; waiting for a turn takes none of it."""

    def __init__(self, whole_s: float) -> None:
        self.left_s = whole_s

    @asynccontextmanager
    async def answer(self, limits: FetchLimits) -> AsyncIterator[Due]:
        """Wait for one answer. Raises: TimeoutError, with what to say of it."""
        clock = asyncio.get_running_loop().time
        began = clock()
        for_s = min(limits.total_s, max(0.0, self.left_s))
        due: Due | None = None
        try:
            async with asyncio.timeout_at(began + for_s) as timer:
                due = Due(timer, began, began + for_s, limits)
                yield due
        except TimeoutError as error:
            if type(error) is not TimeoutError or not timer.expired():  # of a part, told by it
                raise
            if due is not None and due.is_slow:
                raise TimeoutError(
                    f"it comes slower than {limits.least_rate} bytes a second"
                ) from error
            raise TimeoutError(f"it did not come within {limits.total_s:g} s") from error
        finally:
            self.left_s -= clock() - began
