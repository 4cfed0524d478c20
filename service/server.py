"""The production server: Granian, one process with several threads unless told otherwise."""

import gc
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterable
from functools import partial
from multiprocessing import connection
from typing import TYPE_CHECKING, Any

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels

from service.settings import Settings
from service.wiring import build_services

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    Application = Callable[[WSGIEnvironment, StartResponse], Iterable[bytes]]

_STDERR = {"class": "logging.StreamHandler", "stream": "ext://sys.stderr", "formatter": "generic"}
_LOGGING: dict[str, Any] = {"handlers": {"console": _STDERR, "access": _STDERR}}
_SHORT_BYTES = 64 * 1024
_GRACE_S = 10  # for the requests that run when the server is told to stop


def run_server(settings: Settings) -> None:
    """Serve until interrupted or terminated; then leave a snapshot for the next start.

    Each worker process builds its own parts. Nothing native is made before: FAISS and other
    thread pools hang in a child that was forked after their first use.
    """
    server = Granian(
        __name__,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,  # what a web server in front speaks to us; one door fewer
        websockets=False,
        workers=settings.workers,
        blocking_threads=settings.threads,
        respawn_failed_workers=True,
        workers_kill_timeout=_GRACE_S,
        log_level=LogLevels.debug if settings.log_level == "DEBUG" else LogLevels.error,
        log_dictconfig=_LOGGING,
        # No access log: a line a search would keep what the privacy promise says is not kept.
        log_access=False,
    )
    server.on_shutdown(partial(_save_snapshot, settings))
    server.serve(target_loader=partial(load_application, settings), wrap_loader=False)


def load_application(settings: Settings) -> "Application":
    """Build the application in a worker, with the model and the index in memory."""
    from service.app import create_app

    _end_with_parent()
    services = build_services(settings)
    services.warm_up()
    app = create_app(services)
    # What is there now stays for good; the collector need not look through it at every turn.
    gc.collect()
    gc.freeze()
    return _in_one_piece(app)


def _in_one_piece(app: "Application") -> "Application":
    """Make lists of short answers: Granian sends those at once, and others piece by piece."""

    def answer(environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        lengths: list[str] = []

        def begin(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            lengths.extend(value for name, value in headers if name == "Content-Length")
            return start(status, headers, *more)

        pieces = app(environ, begin)
        if not lengths or int(lengths[0]) > _SHORT_BYTES:
            return pieces
        try:
            return [b"".join(pieces)]
        finally:
            if (close := getattr(pieces, "close", None)) is not None:
                close()

    return answer


def _end_with_parent() -> None:
    """End this worker when the process that started it is gone, however that came about."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def watch() -> None:
        connection.wait([parent.sentinel])
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="watch-parent", daemon=True).start()


def _save_snapshot(settings: Settings) -> None:
    # In the parent, when the workers are gone: only one writes, and none was cut off.
    services = build_services(settings)
    services.index.save_snapshot()
    services.close()
