"""Asking a running server over HTTP, as a shop's page would: connections are kept open."""

import http.client
import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

BOUNDARY = "lookalike-bench"


def search_body(picture: bytes) -> bytes:
    """Put a picture into the body of a `multipart/form-data` request."""
    head = (
        f"--{BOUNDARY}\r\n"
        'Content-Disposition: form-data; name="photo"; filename="photo.png"\r\n'
        "Content-Type: image/png\r\n\r\n"
    )
    return head.encode() + picture + f"\r\n--{BOUNDARY}--\r\n".encode()


class Client:
    """One kept-open connection to a server."""

    def __init__(self, host: str, port: int) -> None:
        self._connection = http.client.HTTPConnection(host, port, timeout=60)

    def search(self, body: bytes) -> float:
        """Search by photo and read the answer to its end; give the milliseconds it took."""
        headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
        start = time.perf_counter()
        self._connection.request("POST", "/api/v1/search", body, headers)
        answer = self._connection.getresponse()
        text = answer.read()
        took = (time.perf_counter() - start) * 1000
        if answer.status != 200:
            raise RuntimeError(f"the server answered {answer.status}: {text[:200]!r}")
        return took

    def get(self, path: str) -> tuple[int, Any]:
        """Get a JSON document: status and content."""
        self._connection.request("GET", path)
        answer = self._connection.getresponse()
        return answer.status, json.loads(answer.read())

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


def crowd(host: str, port: int, bodies: list[bytes], clients: int, rounds: int) -> list[float]:
    """Let several clients search at once, each one request after another; every time in ms."""

    def one(number: int) -> list[float]:
        client = Client(host, port)
        try:
            return [client.search(bodies[(number + i) % len(bodies)]) for i in range(rounds)]
        finally:
            client.close()

    with ThreadPoolExecutor(clients) as pool:
        return [took for took_by_one in pool.map(one, range(clients)) for took in took_by_one]
