"""A door of its own for the routes of machines, at an address that the public does not reach."""

import socket
import threading
from collections.abc import Callable, Iterable
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from service.errors import AddressTaken

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]

BEHIND_IT = "lookalike.monitor"  # in the environ of what came through this door
_PATHS = ("/healthz", "/readyz", "/metrics")
_PATIENCE_S = 5


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True

    def server_bind(self) -> None:
        # Every worker has this door; the kernel chooses one for each visitor.
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        super().server_bind()


class _ServerOfIpv6(_Server):
    address_family = socket.AF_INET6


class _Handler(WSGIRequestHandler):
    timeout = _PATIENCE_S

    def log_message(self, *_said: Any) -> None:
        """Say nothing: who asks is a machine, every few seconds."""


def open_monitor(app: Application, address: str) -> None:
    """Answer the routes of machines at `host:port`, in threads of their own.

    Raises:
        AddressTaken: the address cannot be listened on.
    """
    host, _, port = address.rpartition(":")
    host = host.strip("[]")

    def only_machines(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        if environ.get("PATH_INFO") not in _PATHS:
            start("404 Not Found", [("Content-Type", "text/plain")])
            return [b"there are /healthz, /readyz and /metrics\n"]
        return app(environ | {BEHIND_IT: True}, start)

    kind = _ServerOfIpv6 if ":" in host else _Server
    try:
        server = kind((host, int(port)), _Handler)
    except OSError as error:
        reason = error.strerror or str(error)
        raise AddressTaken(f"LOOKALIKE_METRICS cannot listen on {address} ({reason})") from error
    server.set_app(only_machines)
    threading.Thread(target=server.serve_forever, name="monitor", daemon=True).start()
