"""Calls a WSGI application with a whole body, and takes its whole answer."""

import io
import sys
from collections.abc import Callable, Iterable
from typing import Any

from service.server.front.exchange import Answer
from service.server.front.protocol import HeaderList, Scope

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]

# Instead of a body an answer may name a file here, if the environment says that it is taken: what
# reads slowly then holds no copy in memory.
UNTIL = "lookalike.until"  # the instant of its deadline, as `time.monotonic` tells it
FILE_HEADER = "X-Sendfile"
TAKES_FILES = "lookalike.takes_files"

_SAME_FOR_ALL: dict[str, Any] = {
    "GATEWAY_INTERFACE": "CGI/1.1",
    "SCRIPT_NAME": "",
    "wsgi.version": (1, 0),
    "wsgi.input_terminated": True,
    "wsgi.multithread": True,
    "wsgi.multiprocess": True,
    "wsgi.run_once": False,
    TAKES_FILES: True,
}
_NOT_HANDED_ON = {"content-length", "transfer-encoding"}  # the body is whole, and we know how long


def environ_of(scope: Scope, body: bytes) -> dict[str, Any]:
    """Describe a request as WSGI has it."""
    server, _, port = scope.server.rpartition(":")
    environ = {
        **_SAME_FOR_ALL,
        "REQUEST_METHOD": scope.method,
        "PATH_INFO": scope.path.encode("utf-8", "surrogateescape").decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "SERVER_NAME": server.strip("[]"),
        "SERVER_PORT": port,
        "REMOTE_ADDR": scope.client.rpartition(":")[0].strip("[]"),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
    }
    for name, value in scope.headers.items():
        if name in _NOT_HANDED_ON or "_" in name:  # `x_a` would pass for `x-a` of a proxy
            continue
        key = _KEYS.get(name) or "HTTP_" + name.upper().replace("-", "_")
        environ[key] = f"{environ[key]}, {value}" if key in environ else value
    if body:
        environ["CONTENT_LENGTH"] = str(len(body))
    return environ


_KEYS = {"content-type": "CONTENT_TYPE"} | {
    name: "HTTP_" + name.upper().replace("-", "_")
    for name in ("host", "user-agent", "accept", "accept-encoding", "connection", "cookie")
}


def call(app: "Application", environ: dict[str, Any]) -> Answer:
    """Run an application and collect its answer."""
    begun: list[tuple[str, HeaderList]] = []

    def start(status: str, headers: HeaderList, *_why: Any) -> Callable[[bytes], object]:
        begun[:] = [(status, headers)]
        return _refuse_to_write

    pieces = app(environ, start)
    try:
        body = b"".join(pieces)
    finally:
        if (close := getattr(pieces, "close", None)) is not None:
            close()
    [(status, headers)] = begun
    file = None
    for named in [each for each in headers if each[0] == FILE_HEADER]:
        headers.remove(named)
        file = named[1]
    return Answer(int(status[:3]), headers, body, file)


def _refuse_to_write(_piece: bytes) -> None:
    raise NotImplementedError("an answer is iterated over, never written")
