"""The server's front: an event loop that reads bodies, and threads that compute answers.

A slow upload holds no thread; who comes when the queue is full is told so, and when to come
again; nobody waits longer than the deadline; nothing is computed for a client that has gone; and
the routes by which a machine asks how we are have threads of their own.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

from service.errors import (
    ClientGone,
    DeadlinePassed,
    NotAForm,
    ServerBusy,
    ServiceError,
    SlowUpload,
    UploadTooLarge,
)
from service.server.front.bodies import Bodies
from service.server.front.exchange import Answer, Exchange
from service.server.front.incoming import Incoming
from service.server.front.lane import Lane
from service.server.front.limits import Limits
from service.server.front.protocol import Connection, Scope
from service.server.front.readers import SlowReaders
from service.server.front.receiving import RECEIVER, Receivers
from service.server.front.room import Client, address_of
from service.server.front.sockets import end_unread_connections
from service.server.front.wsgi import UNTIL, Application, call, environ_of

_SWEEP_S = 0.1
_READERS_S = 0.5  # between two looks at who does not read
# Only who has waited for so long is watched for going away: watching costs as much as asking.
_WATCHED_AFTER_S = 0.1
# A refusal is not sent at once, so that a client that asks again at once cannot keep us busy.
_REFUSED_AFTER_S = 1.0
_OF_MACHINES = ("/healthz", "/readyz", "/metrics")
_MACHINES_WAITING = 64
_log = logging.getLogger(__name__)

# Words an answer for an error; of the request's path, and the name that it brought.
Refusal = Callable[[Exception, str, str | None], Answer]
_NAME = "x-request-id"
_FULL = ServerBusy("more is asked at once than can be answered; please try again")


class Front:
    """An RSGI application over a WSGI application."""

    def __init__(
        self,
        app: Application,
        refusal: Refusal,
        limits: Limits,
        prefix: str = "",
        client_of: Client = address_of,
        is_looked_at: Callable[[Scope], bool] = lambda _scope: True,
        is_received: Callable[[Scope], bool] = lambda _scope: False,
        on_start: Callable[[], None] = lambda: None,
    ) -> None:
        """Take the application, how it words a refusal, and the path under which it is public.

        `client_of` tells who shares the room for uploads as one; `is_looked_at` whether a
        request's body is, or raises NotAForm, which spares reading it; `is_received` whether it
        goes to the disk as it comes; `on_start` is called when the loop that serves is there, and
        handles signals.
        """
        self._app = app
        self._refusal = refusal
        self._limits = limits
        self._prefix = prefix
        self._bodies = Bodies(limits, client_of)
        self._is_looked_at = is_looked_at
        self._is_received = is_received
        self._receivers = Receivers(partial(call, app))
        self._on_start = on_start
        self._under_way: dict[Exchange, Scope] = {}
        self._lanes: dict[str, Lane] = {}

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Start the threads, in the process that serves."""
        limits = self._limits
        self._lanes = {
            path: Lane(path.strip("/"), self._compute, 1, _MACHINES_WAITING)
            for path in _OF_MACHINES
        }
        self._lanes[""] = Lane("answer", self._compute, limits.threads, limits.waiting)
        self._sweeper = loop.create_task(self._sweep())
        self._on_start()

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Let the threads end."""
        self._sweeper.cancel()
        for lane in self._lanes.values():
            lane.close()

    async def __rsgi__(self, scope: Scope, connection: Connection) -> None:
        """Answer one request."""
        incoming = Incoming(scope, connection)
        if self._is_received(scope):
            await self._receive(scope, connection, incoming)
            return
        try:
            is_read = incoming.is_small or self._is_looked_at(scope)
            body = await self._bodies.read(scope, incoming) if is_read else b""
        except ClientGone:
            return
        except (UploadTooLarge, SlowUpload, ServerBusy, NotAForm) as error:
            exchange = Exchange({}, connection, asyncio.get_running_loop())
            self._refuse(exchange, error, scope)
            if not isinstance(error, SlowUpload):
                await incoming.pass_by()
            return
        try:
            await self._answer(scope, connection, body)
        finally:
            self._bodies.release(body)
        if not is_read:
            await incoming.pass_by()

    async def _receive(self, scope: Scope, connection: Connection, incoming: Incoming) -> None:
        """Let the application take a body to the disk, then answer."""
        try:
            refused, receiver = await self._receivers.receive(environ_of(scope, b""), incoming)
        except ClientGone:
            return
        except Exception as error:
            if not isinstance(error, ServiceError):
                _log.exception("a file could not be taken in")
            exchange = Exchange({}, connection, asyncio.get_running_loop())
            self._refuse(exchange, error, scope)
            if not isinstance(error, SlowUpload):
                await incoming.pass_by()
            return
        if refused is not None:
            Exchange({}, connection, asyncio.get_running_loop()).answer(refused)
            await incoming.pass_by()
            return
        assert receiver is not None
        try:
            await self._answer(scope, connection, b"", {RECEIVER: receiver})
        finally:
            await asyncio.to_thread(receiver.close)

    async def _answer(
        self,
        scope: Scope,
        connection: Connection,
        body: bytes,
        more: Mapping[str, Any] = MappingProxyType({}),
    ) -> None:
        loop = asyncio.get_running_loop()
        lane = self._lanes.get(self._path(scope)) or self._lanes[""]
        if lane.is_full:  # looked for first: a crowd is refused with as little work as can be
            await asyncio.sleep(_REFUSED_AFTER_S)
            self._refuse(Exchange({}, connection, loop), _FULL, scope)
            return
        until = {UNTIL: time.monotonic() + self._limits.deadline_s}
        exchange = Exchange({**environ_of(scope, body), **more, **until}, connection, loop)
        if not lane.offer(exchange):
            self._refuse(exchange, _FULL, scope)
            return
        self._under_way[exchange] = scope
        try:
            await exchange.done
        finally:
            del self._under_way[exchange]
            lane.withdraw(exchange)
            if exchange.watcher is not None:
                exchange.watcher.cancel()

    def _compute(self, exchange: Exchange) -> Answer:
        try:
            return call(self._app, exchange.environ)
        except Exception as error:
            _log.exception("the application failed")
            environ = exchange.environ
            path = str(environ["PATH_INFO"]).removeprefix(self._prefix)
            return self._refusal(error, path, environ.get("HTTP_X_REQUEST_ID"))

    def _path(self, scope: Scope) -> str:
        return scope.path.removeprefix(self._prefix)

    def _refuse(self, exchange: Exchange, error: Exception, scope: Scope) -> None:
        if not exchange.is_over:
            exchange.answer(self._refusal(error, self._path(scope), scope.headers.get(_NAME)))

    async def _sweep(self) -> None:
        readers, bounded, looked = SlowReaders(), False, time.monotonic()
        while True:
            await asyncio.sleep(_SWEEP_S)
            try:
                bounded = bounded or end_unread_connections()  # once the door is there
                if time.monotonic() - looked > _READERS_S:
                    await asyncio.to_thread(readers.look)
                    looked = time.monotonic()
                self._bodies.end_slow_ones()
                self._end_late_ones()
            except Exception:
                _log.exception("the sweep over the requests under way failed")

    def _end_late_ones(self) -> None:
        now = time.monotonic()
        for exchange, scope in list(self._under_way.items()):
            waited = now - exchange.started
            if waited > self._limits.deadline_s:
                late = DeadlinePassed(
                    f"the answer took longer than {self._limits.deadline_s:g} seconds"
                )
                self._refuse(exchange, late, scope)
            elif waited > _WATCHED_AFTER_S and exchange.watcher is None:
                exchange.watcher = asyncio.create_task(_give_up_when_gone(exchange))


async def _give_up_when_gone(exchange: Exchange) -> None:
    with contextlib.suppress(asyncio.CancelledError):
        await exchange.connection.client_disconnect()
        exchange.give_up()
