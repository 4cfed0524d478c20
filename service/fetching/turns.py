"""Whose turn it is to ask a host: so many at a time, so many a second, and not while it is ill."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from service.fetching.errors import NotHad, TryLater
from service.fetching.limits import FetchLimits

_AT_ONCE = 64  # requests to all hosts together


class Turns:
    """Lets requests go, host by host. Belongs to one event loop."""

    def __init__(self, limits: FetchLimits) -> None:
        self._limits = limits
        self._hosts: defaultdict[str, _Host] = defaultdict(lambda: _Host(limits))
        self._all = asyncio.Semaphore(_AT_ONCE)

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        """Wait for a turn, and hold it; learn from how it ends.

        Raises:
            NotHad: the host has not answered for so often that it is left alone.
        """
        state = self._hosts[host]
        async with state.places, self._all:
            state.check(host)
            await state.wait()
            state.check(host)
            try:
                yield
            except TryLater as error:
                state.learn(error)
                raise
            except NotHad:
                state.silent = 0
                raise
            state.silent = 0


class _Host:
    def __init__(self, limits: FetchLimits) -> None:
        self.places = asyncio.Semaphore(limits.connections)
        self.silent = 0  # tries in a row without an answer
        self._limits = limits
        self._next = 0.0  # when the next request may go
        self._paused_until = 0.0  # as the host asks
        self._left_until = 0.0

    def check(self, host: str) -> None:
        """See that the host is not left alone. Raises: NotHad."""
        if self._left_until > asyncio.get_running_loop().time():
            raise NotHad(f"'{host[:100]}' has not answered for long, and is left alone for a while")

    async def wait(self) -> None:
        """Wait until a request may go."""
        clock = asyncio.get_running_loop().time
        at = max(clock(), self._next)
        self._next = at + 1 / self._limits.rate
        while (late := max(at, self._paused_until) - clock()) > 0:
            await asyncio.sleep(late)

    def learn(self, error: TryLater) -> None:
        """Note that a host wants peace, or that it does not answer."""
        now = asyncio.get_running_loop().time()
        if error.after_s is not None:
            pause = min(error.after_s, self._limits.longest_wait_s)
            self._paused_until = max(self._paused_until, now + pause)
        self.silent = self.silent + 1 if error.silent else 0
        if self.silent >= self._limits.silent_tries:
            self._left_until = now + self._limits.left_alone_s
            self.silent = 0
