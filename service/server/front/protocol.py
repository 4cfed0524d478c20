"""What the server hands on: RSGI, as far as it is used here."""

from collections.abc import AsyncIterator, Awaitable
from typing import Protocol

HeaderList = list[tuple[str, str]]


class Headers(Protocol):
    """The headers of a request; names are lower case."""

    def items(self) -> HeaderList:
        """Return every header, one that came twice twice."""
        ...

    def get(self, key: str, default: str | None = None) -> str | None:
        """Return the value of a header."""
        ...


class Scope(Protocol):
    """What is known of a request before its body came."""

    client: str  # address:port
    server: str  # address:port
    scheme: str
    method: str
    path: str  # percent signs are decoded
    query_string: str
    http_version: str

    @property
    def headers(self) -> Headers:
        """The headers."""
        ...


class Connection(Protocol):
    """The request's connection: its body in, one answer out."""

    def __call__(self) -> Awaitable[bytes]:
        """Read the whole body, however long it is."""
        ...

    def __aiter__(self) -> AsyncIterator[bytes]:
        """Read the body piece by piece."""
        ...

    def client_disconnect(self) -> Awaitable[None]:
        """Wait until the client has gone."""
        ...

    def response_bytes(self, status: int, headers: HeaderList, body: bytes) -> None:
        """Answer; from any thread."""
        ...

    def response_file(self, status: int, headers: HeaderList, file: str) -> None:
        """Answer with a file, read as the client takes it; from any thread."""
        ...
