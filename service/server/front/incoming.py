"""A request's body on its way in, which may be let pass once it is of no use."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from service.server.front.protocol import Connection, Scope

# Who sends a large body reads no answer before all of it has gone, and of a connection that was
# closed meanwhile none at all. So what is refused is still taken in, and dropped, for so long.
_LINGERS_S = 30.0
SMALL = 64 * 1024  # bytes: read in one piece, whatever they are, as that is quicker


class Incoming:
    """The body of one request; read whole, or in pieces, once."""

    __slots__ = ("_connection", "_is_whole", "_pieces", "_waits_for_us", "is_small", "length")

    def __init__(self, scope: Scope, connection: Connection) -> None:
        """Begin with nothing read."""
        said, headers = scope.headers.get("content-length"), scope.headers
        # The bytes that it says it has; None where it does not say, and comes in chunks.
        self.length = int(said) if said is not None and said.isascii() and said.isdigit() else None
        if self.length is None and headers.get("transfer-encoding") is None:
            self.length = 0
        self.is_small = self.length is not None and self.length <= SMALL
        self._waits_for_us = headers.get("expect") is not None
        self._connection = connection
        self._pieces: AsyncIterator[bytes] | None = None
        self._is_whole = not self.length and self.length is not None

    async def whole(self) -> bytes:
        """Read all of it at once."""
        self._is_whole = True
        return await self._connection()

    async def pieces(self) -> AsyncIterator[bytes]:
        """Read it, or what is left of it, as it comes."""
        if self._pieces is None:
            self._pieces = aiter(self._connection)  # which can be asked for once
        while True:
            try:
                yield await anext(self._pieces)
            except StopAsyncIteration:
                return

    async def pass_by(self) -> None:
        """Take in and drop what still comes, for a while; the answer has been given.

        Who waits to be asked for a body is not asked, and does not send it.
        """
        if self._is_whole or (self._waits_for_us and self._pieces is None):
            return
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_LINGERS_S):
                async for _ in self.pieces():
                    pass
