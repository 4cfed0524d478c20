"""A real HTTP server that gives out a few answers, for what fetches files."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answers = Mapping[str, tuple[int, dict[str, str], bytes]]  # path to status, headers, body


class Handler(BaseHTTPRequestHandler):
    """Serves a dictionary of answers, and 404 for the rest."""

    def __init__(self, answers: Answers, asked: list[str], *args: Any) -> None:
        self.answers = answers
        self.asked = asked
        super().__init__(*args)

    def do_GET(self) -> None:
        self.asked.append(self.path)
        status, headers, body = self.answers.get(self.path, (404, {}, b""))
        # Whoever answers with a tag may be asked for the rest of what it stands for.
        if "ETag" in headers and self.headers.get("If-Range") == headers["ETag"]:
            first = int(self.headers["Range"].removeprefix("bytes=").removesuffix("-"))
            told = f"bytes {first}-{len(body) - 1}/{len(body)}"
            status, headers, body = 206, headers | {"Content-Range": told}, body[first:]
            self.asked.append(told)
        self.send_response(status)
        for name, value in ({"Content-Length": str(len(body))} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """Keep the test's output clean."""


@contextmanager
def file_servers() -> Iterator[Callable[..., str]]:
    """Give a function that serves answers until the block ends, and tells the address.

    Paths that were asked for are added to its list `asked`, where one is given.
    """
    servers = []

    def start(answers: Answers, asked: list[str] | None = None) -> str:
        handler = partial(Handler, answers, [] if asked is None else asked)
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        servers.append((server, thread))
        return f"http://127.0.0.1:{server.server_port}"

    try:
        yield start
    finally:
        for server, thread in servers:
            server.shutdown()
            server.server_close()
            thread.join()
