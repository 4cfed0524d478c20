"""Whose turn it is to ask a host: so many at a time, so many a second, and not while it is ill."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from service.fetching.clocks import Clocks
from service.fetching.errors import NotHad, TryLater
from service.fetching.health import Health
from service.fetching.limits import FetchLimits

_AT_ONCE = 64  # requests to all hosts together


class Turns:
    """Lets requests go, host by host. Belongs to one event loop."""

    def __init__(self, limits: FetchLimits, clocks: Clocks) -> None:
        self._interval_s = 1 / limits.rate
        self._longest_wait_s = limits.longest_wait_s
        self._clocks = clocks
        self._places = defaultdict[str, asyncio.Semaphore](
            lambda: asyncio.Semaphore(limits.connections)
        )
        self._health = defaultdict[str, Health](lambda: Health(limits))
        self._all = asyncio.Semaphore(_AT_ONCE)

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        """Wait for a turn, and hold it; learn from how it ends.

        Raises:
            NotHad: the host is left alone for a while.
        """
        clock = asyncio.get_running_loop().time
        health = self._health[host]
        async with self._places[host]:
            health.check(host, clock())
            await self._wait(host)
            health.check(host, clock())
            # Only now: those who wait for a host that wants peace hold no other one up.
            async with self._all:
                asked_at = clock()
                try:
                    yield
                except TryLater as error:
                    if error.busy:
                        self._clocks.slow_down(host, asked_at, self._pause(error))
                    health.learn(error, asked_at, clock())
                    raise
                except NotHad:
                    health.answered()
                    raise
                health.answered()

    def _pause(self, error: TryLater) -> float | None:
        return None if error.after_s is None else min(error.after_s, self._longest_wait_s)

    async def _wait(self, host: str) -> None:
        """Wait until a request may go: for a turn, and for another if there is a pause then."""
        clock = asyncio.get_running_loop().time
        while True:
            at = self._clocks.take_turn(host, self._interval_s)
            if (early := at - clock()) > 0:
                await asyncio.sleep(early)
            if self._clocks.paused_until(host) <= clock():
                return
