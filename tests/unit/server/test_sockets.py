"""Connections of this process, found among its open files."""

import asyncio
import socket
import sys
from contextlib import suppress

import pytest

from service.server.front.sockets import (
    UNREAD_MS,
    cut_off,
    end_unread_connections,
    with_unread,
)
from tests.unit.server.test_front import PATIENCE_S, Gate, front_of, until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")


@pytest.fixture(params=["127.0.0.1", "::1"])
def door(request):
    family = socket.AF_INET6 if ":" in request.param else socket.AF_INET
    with socket.create_server((request.param, 0), family=family) as door:
        yield door


def connected(door):
    client = socket.create_connection(door.getsockname()[:2], timeout=PATIENCE_S)
    server, _ = door.accept()
    return client, server


def patience_ms(of):
    return of.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT)


def test_whoever_comes_in_is_waited_for_so_long(door):
    found = end_unread_connections()

    client, server = connected(door)
    with client, server:
        assert (found, patience_ms(server)) == (True, UNREAD_MS)


def test_the_front_bounds_a_door_that_is_opened_after_it():
    async def story():
        async with front_of(Gate()):
            await asyncio.sleep(0.3)
            with socket.create_server(("127.0.0.1", 0)) as door:
                await until(lambda: patience_ms(door) == UNREAD_MS)

    asyncio.run(story())


def test_one_connection_is_cut_off_and_no_other(door):
    client, server = connected(door)
    other, others = connected(door)
    with client, server, other, others:
        others.sendall(b"x")

        cut_off({client.getsockname()[:2]})

        assert client.recv(10) == b""
        assert other.recv(10) == b"x"


def test_a_connection_that_is_gone_is_nobodys(door):
    client, server = connected(door)
    with server:
        name = client.getsockname()[:2]
        client.close()
        other, others = connected(door)
        with other, others:
            cut_off({name})

            others.sendall(b"x")
            assert other.recv(10) == b"x"


def test_who_has_not_read_all_is_found(door):
    client, server = connected(door)
    other, others = connected(door)
    with client, server, other, others:
        server.setblocking(False)
        others.sendall(b"x")
        with suppress(BlockingIOError):
            while True:
                server.send(bytes(65536))

        assert set(with_unread()) == {client.getsockname()[:2]}
