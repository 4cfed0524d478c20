"""The production server: Granian, one process with several threads unless told otherwise."""

import gc
import logging
import multiprocessing
import os
import resource
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from functools import partial
from multiprocessing.synchronize import Event
from typing import TYPE_CHECKING, Any

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.mp import MPServer

from service.server.allocator import give_back_large_pieces
from service.server.companion import is_wanted, working_beside
from service.server.ending import (
    GRACE_S,
    end_with_parent,
    let_workers_be_ended,
    stop_within_grace,
)
from service.server.respawning import Backoff
from service.settings.environment import Settings
from service.web.monitoring.logs import configure
from service.web.monitoring.shared import counted_together
from service.wiring import build_services

if TYPE_CHECKING:
    from service.server.front.front import Front
    from service.server.front.protocol import Scope

_STDERR = {"class": "logging.StreamHandler", "stream": "ext://sys.stderr", "formatter": "ours"}
_FORMATTERS = {
    "text": {"()": "service.web.monitoring.logs.LineFormatter"},
    "json": {"()": "service.web.monitoring.logs.JsonFormatter"},
}
_HEADERS_MS = 5_000  # for the headers of a request to come, and for a connection to lie idle
_HEADER_BYTES = 32 * 1024
_MOST_CONNECTIONS = 4_096  # of a worker; each may hold as much as its headers take
_SWITCH_S = 0.0003  # see docs/decisions/0106
_OTHER_FILES = 512  # open beside the connections: pictures on their way, database, libraries


class _Server(MPServer):
    """Granian, but for what becomes of a worker that died.

    Granian ends when a worker dies twice within seconds. A shop stays open: the worker is started
    again, each time a little later, and only one that never could serve ends the server.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.has_served = multiprocessing.Event()
        self.has_loaded = multiprocessing.Event()  # every route
        self.never_served = False
        self._backoff = Backoff()

    def _respawn_workers(self, workers: list[int], *args: Any, **options: Any) -> None:
        if not self.has_served.is_set():
            self.never_served = self.interrupt_signal = True
            self.main_loop_interrupt.set()
            return
        # A signal to stop ends the wait; the loop that called looks for it next.
        if not self.main_loop_interrupt.wait(self._backoff.next_delay()) or self.interrupt_children:
            super()._respawn_workers(workers, *args, **options)
        self.respawned_wrks.clear()


def run_server(settings: Settings, *, with_worker: bool = True) -> None:
    """Serve until interrupted or terminated; then leave a snapshot for the next start.

    `with_worker` brings a process along that does background work, where that is wanted.
    Each worker process builds its own parts. Nothing native is made before: FAISS and other
    thread pools hang in a child that was forked after their first use.
    """
    server = _Server(
        __name__,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.RSGI,
        http=HTTPModes.http1,  # what a web server in front speaks to us; one door fewer
        http1_settings=HTTP1Settings(
            header_read_timeout=_HEADERS_MS, max_buffer_size=_HEADER_BYTES
        ),
        websockets=False,
        workers=settings.workers,
        backpressure=most_connections(),
        respawn_failed_workers=True,
        workers_kill_timeout=GRACE_S,
        log_level=LogLevels.debug if settings.log_level == "DEBUG" else LogLevels.error,
        log_dictconfig={
            "formatters": {"ours": _FORMATTERS[settings.log_format]},
            "handlers": {"console": _STDERR, "access": _STDERR},
        },
        # No access log: a line a search would keep what the privacy promise says is not kept.
        log_access=False,
    )
    server.on_shutdown(partial(_save_snapshot, settings))
    server.on_shutdown(partial(_forget_old_searches, settings))
    loader: Callable[..., Any] = partial(
        _load_or_say_why, settings, server.has_served, server.has_loaded
    )
    let_workers_be_ended()
    beside = with_worker and is_wanted(settings)
    worker = working_beside(settings, server.has_loaded) if beside else nullcontext()
    # What is loaded stays for good. A worker would copy each page of it to look through it.
    gc.freeze()
    gc.enable()
    with counted_together(settings.workers), worker:
        server.serve(target_loader=loader, wrap_loader=False)
    if server.never_served:
        sys.exit(1)  # the worker has said why


def most_connections() -> int:
    """Return how many connections a worker may hold, with as many open files as we may have."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MOST_CONNECTIONS + _OTHER_FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    if soft == resource.RLIM_INFINITY:
        return _MOST_CONNECTIONS
    return max(soft // 2, min(_MOST_CONNECTIONS, soft - _OTHER_FILES))


def _load_or_say_why(settings: Settings, has_served: Event, has_loaded: Event) -> "Front":
    from service.failures import what_went_wrong

    end_with_parent()
    configure(settings)
    try:
        front = load_front(settings, has_loaded.set)
    except Exception as error:
        if (line := what_went_wrong(error)) is None:
            raise
        print(f"lookalike: {line}", file=sys.stderr, flush=True)
        os._exit(1)
    has_served.set()
    logging.getLogger(__name__).info("worker %d answers", os.getpid())
    return front


def load_front(settings: Settings, loaded: Callable[[], None] = lambda: None) -> "Front":
    """Build what a worker answers with, the model and the index in memory.

    What a search does without is loaded once it serves, by a thread that then calls `loaded`.
    """
    from service.server.front.front import Front
    from service.server.front.limits import Limits
    from service.server.front.room import address_of

    gc.disable()  # of what is loaded now nothing goes away, so to look through it finds nothing
    sys.setswitchinterval(_SWITCH_S)
    give_back_large_pieces()
    services = build_services(settings)
    with ThreadPoolExecutor(1, "warm-up") as beside:
        # Most of it is native code, which lets modules be loaded meanwhile.
        warm = beside.submit(services.warm_up)
        from service.server.refusals import refusals
        from service.web.building import share
        from service.web.monitoring.door import open_monitor
        from service.web.opening import Opening
        from service.web.requests.proxy import public_prefix, visitors_of
        from service.web.requests.uploads import is_looked_at, is_received, most_body_bytes

        shared = share(services)
        app = Opening(shared, partial(_keep_all_this, loaded))
        warm.result()
    web = shared.web
    web.searches.sweep_regularly()
    if settings.metrics not in ("public", "off"):
        open_monitor(app, settings.metrics)
    limits = Limits(
        threads=settings.threads,
        waiting=settings.queue,
        deadline_s=settings.deadline_s,
        body_bytes=most_body_bytes(settings),
        buffer_bytes=settings.buffer_bytes,
        upload_s=settings.upload_s,
    )
    refused = refusals(app, web.metrics, settings.access_log == "on")
    visitor = visitors_of(settings)

    def client_of(scope: "Scope") -> str:
        said = [value for name, value in scope.headers.items() if name == "x-forwarded-for"]
        return visitor(address_of(scope), ",".join(said))

    prefix = public_prefix(settings)

    def on_start() -> None:
        stop_within_grace()
        app.load()

    return Front(
        app,
        refused,
        limits,
        prefix,
        client_of,
        is_looked_at=lambda scope: is_looked_at(
            scope.method, scope.headers.get("content-type"), scope.path.removeprefix(prefix)
        ),
        is_received=lambda scope: is_received(scope.method, scope.path.removeprefix(prefix)),
        on_start=on_start,
    )


def _keep_all_this(and_then: Callable[[], None]) -> None:
    # What is there now stays for good; the collector need not look through it at every turn.
    gc.collect()
    gc.freeze()
    gc.enable()
    and_then()


def _save_snapshot(settings: Settings) -> None:
    # In the parent, when the workers are gone: only one writes, and none was cut off.
    services = build_services(settings)
    services.index.save_snapshot()
    services.close()


def _forget_old_searches(settings: Settings) -> None:
    from service.web.searches.tokens import RememberedSearches

    RememberedSearches(settings.home, settings.remember_minutes).sweep()
