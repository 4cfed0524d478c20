"""A real HTTP server that gives out pictures as a shop's does, and plays the tricks of others."""

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ssl import SSLContext
from typing import Any, TypeAlias


@dataclass(eq=False)
class PictureServer:
    """What a server gives out by path, and what it was asked."""

    port: int = 0
    scheme: str = "http"
    answers: "dict[str, Answer]" = field(default_factory=dict)
    otherwise: "Answer | None" = None  # of other paths; None: 404
    delay_s: float = 0.0
    asked: list[str] = field(default_factory=list)  # paths
    headers: list[dict[str, str]] = field(default_factory=list)
    at: list[float] = field(default_factory=list)  # when it was asked
    running: int = 0
    most_at_once: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def address(self, path: str, host: str = "127.0.0.1") -> str:
        """Give the address of a path."""
        return f"{self.scheme}://{host}:{self.port}{path}"

    def has_been_asked(self, times: int) -> bool:
        """Say whether it was asked at least so often."""
        return len(self.asked) >= times

    def count(self, path: str) -> int:
        """Say how often a path was asked for."""
        return self.asked.count(path)


class Handler(BaseHTTPRequestHandler):
    """Notes what is asked, and answers by the table."""

    protocol_version = "HTTP/1.1"
    timeout = 10
    # Head and body are two packets: else the second waits for the first's receipt, 40 ms.
    disable_nagle_algorithm = True

    def __init__(self, server: PictureServer, *args: Any) -> None:
        self.told = server
        super().__init__(*args)

    def do_GET(self) -> None:
        told = self.told
        with told.lock:
            told.asked.append(self.path)
            told.headers.append({name.lower(): value for name, value in self.headers.items()})
            told.at.append(time.monotonic())
            told.running += 1
            told.most_at_once = max(told.most_at_once, told.running)
        time.sleep(told.delay_s)
        with told.lock:  # before the answer: whoever has it may ask again
            told.running -= 1
        try:
            (told.answers.get(self.path) or told.otherwise or status(404))(self)
        except (ConnectionError, TimeoutError):  # whom this was played on has had enough
            self.close_connection = True

    def log_message(self, *args: Any) -> None:
        """Keep the test's output clean."""


Answer: TypeAlias = Callable[[Handler], None]


def body(data: bytes, code: int = 200, **headers: str) -> Answer:
    """Answer with these bytes; `_` in a header's name stands for `-`."""

    def answer(to: Handler) -> None:
        to.send_response(code)
        told = {"Content-Length": str(len(data))} | headers
        for name, value in told.items():
            to.send_header(name.replace("_", "-"), value)
        to.end_headers()
        to.wfile.write(data)

    return answer


def status(code: int, **headers: str) -> Answer:
    """Answer with a status and nothing else."""
    return body(b"", code, **headers)


def moved(to: str, code: int = 302) -> Answer:
    """Lead on to another address."""
    return status(code, Location=to)


def tagged(data: bytes, etag: str) -> Answer:
    """Answer with these bytes, or that they are those of the tag that was named."""

    def answer(to: Handler) -> None:
        if to.headers.get("If-None-Match") == etag:
            to.send_response(304)
            to.send_header("ETag", etag)
            to.end_headers()
        else:
            body(data, ETag=etag)(to)

    return answer


def in_turn(*answers: Answer) -> Answer:
    """Answer otherwise each time, and then always as the last time."""
    left = list(answers)

    def answer(to: Handler) -> None:
        (left.pop(0) if len(left) > 1 else left[0])(to)

    return answer


def dripping(step_s: float = 0.02) -> Answer:
    """Send a byte, and another, and never end."""

    def answer(to: Handler) -> None:
        to.send_response(200)
        to.send_header("Content-Length", "100000")
        to.end_headers()
        while True:
            to.wfile.write(b"x")
            time.sleep(step_s)

    return answer


def slowly(data: bytes, step: int, step_s: float) -> Answer:
    """Send these bytes whole, so many at a time."""

    def answer(to: Handler) -> None:
        to.send_response(200)
        to.send_header("Content-Length", str(len(data)))
        to.end_headers()
        for start in range(0, len(data), step):
            time.sleep(step_s if start else 0)
            to.wfile.write(data[start : start + step])

    return answer


def dripping_head(step_s: float = 0.02) -> Answer:
    """Send headers, and further ones, and never come to the body."""

    def answer(to: Handler) -> None:
        to.wfile.write(b"HTTP/1.1 200 OK\r\n")
        for number in range(100_000):
            to.wfile.write(b"X-%d: 1\r\n" % number)
            time.sleep(step_s)

    return answer


def flooding(begin: bytes, again: bytes) -> Answer:
    """Send these bytes, and then the others without end."""

    def answer(to: Handler) -> None:
        to.wfile.write(begin)
        while True:
            to.wfile.write(again * 60)

    return answer


def raw(data: bytes, *, closes: bool = False) -> Answer:
    """Send these very bytes, and no more."""

    def answer(to: Handler) -> None:
        to.wfile.write(data)
        to.close_connection = to.close_connection or closes

    return answer


def endless() -> Answer:
    """Send bytes without saying how many, and never end."""

    def answer(to: Handler) -> None:
        to.send_response(200)
        to.send_header("Connection", "close")
        to.end_headers()
        while True:
            to.wfile.write(bytes(65536))

    return answer


def cut(data: bytes) -> Answer:
    """Say how many bytes there are, and send half of them."""

    def answer(to: Handler) -> None:
        to.send_response(200)
        to.send_header("Content-Length", str(len(data)))
        to.end_headers()
        to.wfile.write(data[: len(data) // 2])
        to.wfile.flush()
        to.close_connection = True

    return answer


def silent() -> Answer:
    """Say nothing, until whoever asked is gone."""

    def answer(to: Handler) -> None:
        to.connection.settimeout(None)
        to.rfile.read(1)
        to.close_connection = True

    return answer


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False  # some answers never end
    request_queue_size = 64

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Pass over connections of whom was killed; tell of all else."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


@contextmanager
def picture_server(tls: SSLContext | None = None) -> Iterator[PictureServer]:
    """Serve until the block ends."""
    told = PictureServer(scheme="https" if tls else "http")
    server = _Server(("127.0.0.1", 0), partial(Handler, told))
    if tls is not None:
        server.socket = tls.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
    told.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield told
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
