"""A body that nobody reads any more is taken in, so that its sender reads the answer."""

import asyncio
from typing import Any

import pytest

from service.server.front.incoming import SMALL, Incoming
from tests.unit.server.test_front import FakeConnection, FakeHeaders, FakeScope


def arriving(*pieces, **headers):
    """Return a body that comes in these pieces, and what they are taken from."""
    connection: Any = FakeConnection()
    for piece in (*pieces, b""):
        connection.coming.put_nowait(piece)
    scope: Any = FakeScope("POST", headers=FakeHeaders(headers))
    return Incoming(scope, connection), connection.coming


@pytest.mark.parametrize("length", [10, SMALL + 1])
def test_what_is_refused_before_it_came_is_taken_in_however_small_it_is(length):
    incoming, left = arriving(b"12345", b"67890", **{"content-length": str(length)})

    asyncio.run(incoming.pass_by())

    assert left.empty()


def test_what_was_read_is_not_waited_for_again():
    incoming, left = arriving(b"12345", **{"content-length": "5"})

    async def read_and_pass_by():
        await incoming.whole()
        await incoming.pass_by()

    asyncio.run(read_and_pass_by())

    assert left.qsize() == 1


def test_who_waits_to_be_asked_for_a_body_is_not_asked():
    incoming, left = arriving(b"12345", **{"content-length": "5", "expect": "100-continue"})

    asyncio.run(incoming.pass_by())

    assert left.qsize() == 2
