"""Asking a running server over HTTP, as a load generator does: the asking itself costs little.

Connections are kept open, and requests are ready-made bytes: the standard library's client spends
as long on an answer's headers as the server on a stage of the search.
"""

import socket
import time
from concurrent.futures import ThreadPoolExecutor

_BOUNDARY = "lookalike-bench"
_PATIENCE_S = 60


def search_request(picture: bytes) -> bytes:
    """Write a whole request that searches by a PNG."""
    head = (
        f"--{_BOUNDARY}\r\n"
        'Content-Disposition: form-data; name="photo"; filename="photo.png"\r\n'
        "Content-Type: image/png\r\n\r\n"
    )
    body = head.encode() + picture + f"\r\n--{_BOUNDARY}--\r\n".encode()
    lines = (
        "POST /api/v1/search HTTP/1.1",
        "Host: localhost",
        f"Content-Type: multipart/form-data; boundary={_BOUNDARY}",
        f"Content-Length: {len(body)}",
        "\r\n",
    )
    return "\r\n".join(lines).encode() + body


class Client:
    """One kept-open connection to a server."""

    def __init__(self, host: str, port: int) -> None:
        """Connect. Raises: OSError."""
        self._socket = socket.create_connection((host, port), timeout=_PATIENCE_S)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, request: bytes) -> float:
        """Send a request and read its answer to the end; give the milliseconds it took.

        Raises:
            RuntimeError: the answer is not a 200 of known length.
            OSError: the connection broke.
        """
        start = time.perf_counter()
        self._socket.sendall(request)
        answer = bytearray()
        while (end := answer.find(b"\r\n\r\n")) < 0:
            answer += self._receive()
        status, *headers = bytes(answer[:end]).lower().split(b"\r\n")
        lengths = [line[15:] for line in headers if line.startswith(b"content-length:")]
        if b" 200 " not in status or not lengths:
            raise RuntimeError(f"the server answered {bytes(answer[:300])!r}")
        missing = end + 4 + int(lengths[0]) - len(answer)
        while missing > 0:
            missing -= len(self._receive())
        return (time.perf_counter() - start) * 1000

    def close(self) -> None:
        """Close the connection."""
        self._socket.close()

    def _receive(self) -> bytes:
        received = self._socket.recv(65536)
        if not received:
            raise ConnectionResetError("the server closed the connection")
        return received


def crowd(host: str, port: int, requests: list[bytes], clients: int, rounds: int) -> list[float]:
    """Let several clients ask at once, each one request after another; every time in ms."""

    def one(number: int) -> list[float]:
        client = Client(host, port)
        try:
            return [client.ask(requests[(number + i) % len(requests)]) for i in range(rounds)]
        finally:
            client.close()

    with ThreadPoolExecutor(clients) as pool:
        return [took for took_by_one in pool.map(one, range(clients)) for took in took_by_one]
