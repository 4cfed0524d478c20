"""What goes on beside searches: a process that writes, a program over HTTP, a job's import.

Each is a context manager over a `Shop` that gives something to `go` and to `hold`.
"""

import json
import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from multiprocessing.sharedctypes import Synchronized
from multiprocessing.synchronize import Event
from typing import Protocol

from catalog.stored import ProductFacts, ProductRecord
from service.access.actor import at_the_machine
from service.access.keys import MOST_PER_MINUTE, KeyWish, create_key
from service.access.parts import build_access
from service.bench.client import Client
from service.bench.running import HOST, family
from service.jobs.files import folder_of, new_folder
from service.jobs.keeping import cancel, create, get
from service.jobs.kinds.importing import FILE, NAME
from service.settings.environment import Settings
from service.starting import started_server
from service.stock.record import record_batch
from service.wiring import build_services
from tests.benchmarks.small_pictures import stock

_STEP = 7_919  # products from one that changes to the next
_PATIENCE_S = 120


@dataclass(frozen=True, slots=True)
class Shop:
    """The shop that is searched, the port of its server, and how much goes on in it."""

    settings: Settings
    products: int
    port: int
    a_second: float  # changes
    pictures: int  # of the import


class Disturber(Protocol):
    """Something that goes on and is held in turn."""

    def go(self) -> None:
        """Go on."""

    def hold(self) -> None:
        """Do nothing until told to go on."""

    def told(self) -> str:
        """Say what was done until now. Raises: RuntimeError: nothing, or it has ended."""


class _Writer:
    """A process that changes one product after another while told to go on."""

    def __init__(self, write: Callable[..., None], *given: object) -> None:
        context = multiprocessing.get_context("spawn")
        self._go, self._stop = context.Event(), context.Event()
        self._done = context.Value("i", 0)
        self._process = context.Process(
            target=write, args=(*given, self._go, self._stop, self._done)
        )
        self._process.start()

    def go(self) -> None:
        self._go.set()

    def hold(self) -> None:
        self._go.clear()

    def told(self) -> str:
        if not self._process.is_alive():
            raise RuntimeError(f"the writer has ended, after {self._done.value:,} changes")
        if not self._done.value:
            raise RuntimeError("nothing was changed meanwhile")
        return f"{self._done.value:,} products changed"

    def close(self) -> None:
        self._stop.set()
        self._go.set()
        self._process.join()


@contextmanager
def another_process(shop: Shop) -> Iterator[Disturber]:
    """Change products from another process, so many a second."""
    with closing(_Writer(_record, shop)) as writer:
        yield writer


@contextmanager
def over_http(shop: Shop) -> Iterator[Disturber]:
    """Change products over the API, so many requests a second."""
    with closing(build_services(shop.settings)) as services:
        access = build_access(shop.settings, services.database)
        wish = KeyWish("stock sync", ("write",), per_minute=MOST_PER_MINUTE)
        key = create_key(wish, by=at_the_machine(), access=access).key
    with closing(_Writer(_patch, shop, key)) as writer:
        yield writer


@contextmanager
def an_import(shop: Shop) -> Iterator[Disturber]:
    """Let a worker import small pictures; it is stopped and continued by signals."""
    with closing(build_services(shop.settings)) as services:
        folder = new_folder(shop.settings)
        stock(folder_of(folder, shop.settings) / "stock.zip", 0, shop.pictures)
        job = create(
            NAME, {FILE: "stock.zip"}, by=at_the_machine(), services=services, folder=folder
        )
        environment = os.environ | {
            "LOOKALIKE_HOME": str(shop.settings.home),
            "LOOKALIKE_LOG_LEVEL": "WARNING",
        }
        with started_server("worker", environment=environment) as process:

            def done() -> int:
                return get(job.number, services=services).done

            until = time.monotonic() + _PATIENCE_S
            while not done():
                if time.monotonic() > until:
                    raise RuntimeError("the worker did not begin the import")
                time.sleep(0.1)

            class Import:
                def go(self) -> None:
                    _signal(process.pid, signal.SIGCONT)

                def hold(self) -> None:
                    _signal(process.pid, signal.SIGSTOP)

                def told(self) -> str:
                    now = get(job.number, services=services)
                    if now.is_over:
                        raise RuntimeError(f"the import was over ({now.state}): give it more")
                    return f"{now.done:,} of {shop.pictures:,} pictures imported"

            try:
                yield Import()
            finally:
                _signal(process.pid, signal.SIGCONT)
                cancel(job.number, by=at_the_machine(), services=services)


def _signal(pid: int, number: signal.Signals) -> None:
    for each in family(pid):
        os.kill(each, number)


def _record(shop: Shop, go: Event, stop: Event, done: "Synchronized[int]") -> None:
    with closing(build_services(shop.settings)) as services:
        for sku, stock_now, price_cents in _changes(shop, go, stop, done):
            facts: ProductFacts = {"stock": stock_now, "price_cents": price_cents}
            record_batch([ProductRecord(sku, facts=facts)], services=services)


def _patch(shop: Shop, key: str, go: Event, stop: Event, done: "Synchronized[int]") -> None:
    client: Client | None = None
    for sku, stock_now, price_cents in _changes(shop, go, stop, done):
        body = json.dumps({"stock": stock_now, "price": price_cents / 100}).encode()
        head = (
            f"PATCH /api/v1/products/{sku} HTTP/1.1\r\nHost: localhost\r\n"
            f"Authorization: Bearer {key}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        request = head.encode() + body
        try:
            client = client or Client(HOST, shop.port)
            client.ask(request)
        except ConnectionError:  # the server closes what nobody has used for a while
            client = Client(HOST, shop.port)
            client.ask(request)
    if client is not None:
        client.close()


def _changes(
    shop: Shop, go: Event, stop: Event, done: "Synchronized[int]"
) -> Iterator[tuple[str, int, int]]:
    """Give a SKU, its stock and its price in cents, one after another at its time."""
    while not stop.is_set():
        go.wait()
        begun = time.perf_counter()
        number = done.value + 1
        yield f"S-{number * _STEP % shop.products}", number % 5, 700 + number % 9_000
        done.value = number
        time.sleep(max(0.0, 1 / shop.a_second - (time.perf_counter() - begun)))
