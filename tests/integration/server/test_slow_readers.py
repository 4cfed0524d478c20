"""Who asks for pictures and does not read them holds no copy of them in the server's memory."""

import hashlib
import os
import socket
import time
from contextlib import ExitStack, closing
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

from embeddings.types import StoredFile
from service.settings.environment import Settings
from service.wiring import build_services
from tests.live_server import serving

READERS = 40
MOST = 256  # of those that do not read
ESTABLISHED = b"\1"  # in the system's words
MB = 2**20
DATA = os.urandom(8 * MB)
PATH = f"/photos/{hashlib.sha256(DATA).hexdigest()}"
SPARE_MB = 100  # less than a third of what so many copies take


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("readers")
    with serving(folder) as server:
        services = build_services(Settings(home=server.home, bundle=str(folder / "bundle")))
        services.store.keep(StoredFile(DATA, ".jpg"))
        services.close()
        yield server


def ask(server, method="GET", **headers):
    with closing(HTTPConnection(urlsplit(server.url).netloc, timeout=60)) as connection:
        connection.request(method, PATH, headers=headers)
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()


def test_a_picture_comes_whole_and_with_the_headers_of_one(server):
    status, headers, body = ask(server)
    _, headers_alone, nothing = ask(server, "HEAD")
    kept = ask(server, **{"If-None-Match": headers["etag"]})

    assert (status, body) == (200, DATA)
    assert headers["content-length"] == str(len(DATA))
    assert headers["content-type"] == "image/jpeg"
    assert "immutable" in headers["cache-control"]
    assert "x-sendfile" not in headers
    assert nothing == b""
    assert {**headers_alone, "date": "", "x-request-id": ""} == {
        **headers,
        "date": "",
        "x-request-id": "",
    }
    assert (kept[0], kept[2]) == (304, b"")


def test_readers_that_do_not_read_hold_no_copies(server):
    url = urlsplit(server.url)
    ask(server)
    before = server.resident_mb()

    with ExitStack() as stack:
        for _ in range(READERS):
            reader = stack.enter_context(socket.socket())
            reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            reader.settimeout(60)
            reader.connect((url.hostname, url.port))
            reader.sendall(f"GET {PATH} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            assert reader.recv(12) == b"HTTP/1.1 200"
        during = server.resident_mb()

    assert during - before < SPARE_MB


def test_readers_that_do_not_read_are_cut_off_where_they_are_too_many(server):
    url = urlsplit(server.url)

    def begin(stack):
        reader = stack.enter_context(socket.socket())
        reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        reader.settimeout(60)
        reader.connect((url.hostname, url.port))
        reader.sendall(f"GET {PATH} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        reader.recv(12)
        return reader

    before = server.resident_mb()
    with ExitStack() as stack:
        readers = [begin(stack) for _ in range(MOST + 40)]
        until = time.monotonic() + 60
        while sum(is_open(each) for each in readers) > MOST:
            assert time.monotonic() < until
            time.sleep(0.2)
        during = server.resident_mb()
        status, _, body = ask(server)
        left = sum(is_open(each) for each in readers)

    assert left > MOST - 20
    assert during - before < 2 * SPARE_MB
    assert (status, body) == (200, DATA)


def is_open(reader):
    """Say whether the server still holds a connection; what it had sent may lie unread."""
    return reader.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1) == ESTABLISHED
