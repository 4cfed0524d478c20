"""Fetches many files beside what its caller does: an event loop in a thread of its own."""

import asyncio
import random
import ssl
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import aiohttp

from service.fetching.asking import ask
from service.fetching.clocks import Clocks, OwnClocks
from service.fetching.errors import NotHad, TryLater
from service.fetching.limits import FetchLimits
from service.fetching.names import CheckedNames, Names, SystemNames
from service.fetching.patience import Patience
from service.fetching.policy import FetchPolicy
from service.fetching.received import NO_VALIDATORS, Received, Unchanged, Validators
from service.fetching.turns import Turns

_HEADERS = {
    "Accept": "image/*, */*;q=0.5",
    "Accept-Encoding": "identity",  # what is unpacked may be a thousand times as large
    "User-Agent": "Lookalike",
}
_NAMES_KEPT_S = 30  # addresses of a name, for new connections


class Fetcher:
    """Asks hosts that a policy allows, politely; close it when all is had, or is to be given up.

    Nothing of the environment is heeded: no proxy, no file of passwords. No cookie is kept.
    """

    def __init__(
        self,
        policy: FetchPolicy,
        limits: FetchLimits | None = None,
        names: Names | None = None,
        trusted: ssl.SSLContext | None = None,
        clocks: Clocks | None = None,
    ) -> None:
        """Take where may be asked, who knows names, whose certificates are believed.

        The `clocks` of hosts, which are closed with it, are else its own.
        """
        self._policy = policy
        self._limits = limits or FetchLimits()
        self._names = names or SystemNames()
        self._trusted = trusted
        self._loop = asyncio.new_event_loop()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._session: aiohttp.ClientSession | None = None
        self._clocks = clocks or OwnClocks(self._limits.back_off_s)
        self._turns = Turns(self._limits, self._clocks)
        self._thread = threading.Thread(target=self._loop.run_forever, name="fetch", daemon=True)
        self._thread.start()

    def fetch(
        self,
        address: str,
        into: Path,
        known: Validators = NO_VALIDATORS,
        then: Callable[[Received], None] = lambda _: None,
    ) -> "Future[Received | Unchanged]":
        """Begin to receive what lies at an address into a file; `known` tells of an earlier one.

        `then` is called with what was received, in the fetcher's thread. The future raises
        NotHad with the reason where it cannot be had, and whatever `then` or the disk raises.
        """
        return self._begin(self._with_patience(address, into, known, then))

    def close(self) -> None:
        """Give up what is still under way, and end."""
        if self._loop.is_closed():
            return
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self._clocks.close()

    def _begin(
        self, work: Coroutine[Any, Any, Received | Unchanged]
    ) -> "Future[Received | Unchanged]":
        return asyncio.run_coroutine_threadsafe(self._noted(work), self._loop)

    async def _noted(self, work: Coroutine[Any, Any, Received | Unchanged]) -> Received | Unchanged:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            return await work
        finally:
            self._tasks.discard(task)

    async def _with_patience(
        self, address: str, into: Path, known: Validators, then: Callable[[Received], None]
    ) -> Received | Unchanged:
        limits = self._limits
        patience = Patience(limits.whole_s)
        failed = busy = 0
        while True:
            try:
                return await self._once(address, into, known, then, patience)
            except TryLater as error:
                failed, busy = failed + (not error.busy), busy + error.busy
                if error.after_s is not None and error.after_s > limits.longest_wait_s:
                    again = f"{error}, and to come again in {error.after_s:.0f} s"
                    raise NotHad(again) from error
                is_last = failed >= limits.tries or busy >= limits.busy_tries
                if is_last or patience.left_s <= 0:
                    times = "" if failed + busy == 1 else f", {failed + busy} times"
                    raise NotHad(f"{error}{times}") from error
                # Whoever was refused together must not come again together.
                pause = limits.back_off_s * 2 ** max(0, failed - 1) * random.uniform(0.5, 1.5)
            await asyncio.sleep(pause)

    async def _once(
        self,
        address: str,
        into: Path,
        known: Validators,
        then: Callable[[Received], None],
        patience: Patience,
    ) -> Received | Unchanged:
        """Try once; what broke off on the way leaves nothing on the disk."""
        is_had = False
        try:
            session, policy, limits = self._opened(), self._policy, self._limits
            came = await ask(session, address, into, known, policy, limits, self._turns, patience)
            if isinstance(came, Received):
                then(came)
                is_had = True
            return came
        finally:
            if not is_had and into.is_file():
                into.unlink(missing_ok=True)

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    resolver=CheckedNames(self._names, self._policy),
                    ssl=self._trusted or True,
                    limit=0,  # `Turns` counts
                    ttl_dns_cache=_NAMES_KEPT_S,
                ),
                headers=_HEADERS,
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(
                    total=None, sock_connect=self._limits.connect_s, sock_read=self._limits.read_s
                ),
                auto_decompress=False,
                trust_env=False,
            )
        return self._session

    async def _end(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()
            await asyncio.sleep(0)  # its transports close in the loop's next round
