"""Who may have files come at once: a few in all, and fewer of one."""

import asyncio
from typing import Any

import pytest

from service.errors import ServerBusy
from service.server.front.exchange import Answer
from service.server.front.receiving import ASKER, COME_IN, RECEIVER, Receivers


class Taken:
    """A receiver that keeps what it is given."""

    def __init__(self):
        self.data, self.closed = b"", False

    def take(self, data):
        self.data += data

    def finish(self):
        pass

    def close(self):
        self.closed = True


class Body:
    """A body that comes when it is told to."""

    length = None

    def __init__(self):
        self.awaited, self.comes = asyncio.Event(), asyncio.Event()

    async def pieces(self):
        self.awaited.set()
        await self.comes.wait()
        yield b"stock"


def ask(environ):
    environ[RECEIVER] = environ["taken"]
    environ[ASKER] = environ["who"]
    return Answer(COME_IN, [], b"")


def test_one_who_sends_has_two_places_and_leaves_the_others_to_others():
    async def story():
        receivers = Receivers(ask)
        bodies: list[Any] = []
        takers, tasks = [], []

        async def send(who):
            bodies.append(Body())
            takers.append(Taken())
            environ = {"who": who, "taken": takers[-1]}
            tasks.append(asyncio.create_task(receivers.receive(environ, bodies[-1])))
            looked = asyncio.create_task(bodies[-1].awaited.wait())  # so it has a place
            await asyncio.wait([looked, tasks[-1]], return_when=asyncio.FIRST_COMPLETED)
            looked.cancel()
            return tasks[-1]

        await send("anna")
        await send("anna")
        third = await send("anna")
        await send("zoe")
        with pytest.raises(ServerBusy, match="2 files of yours are being sent"):
            await third
        for body in bodies:
            body.comes.set()
        del tasks[2]
        came = await asyncio.gather(*tasks)
        again = await send("anna")
        bodies[-1].comes.set()
        await again
        return [receiver.data for _, receiver in came], [each.closed for each in takers]

    data, closed = asyncio.run(story())

    assert data == [b"stock"] * 3
    assert closed == [False, False, True, False, False]
