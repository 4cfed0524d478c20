"""Asks a real server on a connection of its own each time, so that any worker may answer."""

import http.client
from dataclasses import dataclass
from urllib.parse import urlsplit

from tests.live_server import LiveServer


@dataclass(frozen=True)
class Answer:
    """What came."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes


def ask(
    server: LiveServer,
    method: str,
    path: str,
    body: bytes | None = None,
    headers: dict[str, str] | None = None,
) -> Answer:
    """Send a request and read its answer whole."""
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=60)
    try:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        return Answer(answer.status, answer.headers, answer.read())
    finally:
        connection.close()
