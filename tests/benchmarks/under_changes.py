"""What a stock sync costs shoppers: `python -m tests.benchmarks.under_changes`.

A real server over 70,000 products is searched by several clients, in turn while nothing changes
and while another process changes 20 products a second; the windows alternate, so that whatever
else the machine does hits both alike. Vectors are random: what is timed does not depend on them.
"""

import argparse
import json
import multiprocessing
import statistics
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from catalog.stored import ProductFacts
from embeddings.types import Photo, Reading
from service.bench.client import Client
from service.bench.running import HOST, serving
from service.bench.timing import percentile
from service.index.rows import stored_reading
from service.settings.environment import Settings
from service.stock.record import PhotoRecord, ProductRecord, finish_import, record_batch
from service.wiring import Services, build_services

BUNDLE = "fashion-mnist"
BATCH = 2_000
PICTURES = 100  # in the store; many products share one
FILTERS = ("", "category=Coat", "in_stock=true&max_price=30", "text=coat", "min_price=10&page=2")


@dataclass(frozen=True, slots=True)
class Window:
    """The times of some seconds of searching, in milliseconds."""

    changing: bool
    times: list[float]


def fill(services: Services, products: int) -> None:
    """Fill a catalogue with products of random readings."""
    random = np.random.default_rng(0)
    pictures = [
        services.store.put(Photo(random.integers(0, 255, (28, 28, 3), dtype=np.uint8)))
        for _ in range(PICTURES)
    ]
    encoder = services.encoder
    labels, dim = encoder.labels, encoder.dim
    for first in range(0, products, BATCH):
        size = min(BATCH, products - first)
        vectors = random.normal(size=(size, dim)).astype(np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        odds = random.dirichlet(np.ones(len(labels)) / 4, size).astype(np.float32)
        record_batch(
            [
                ProductRecord(
                    sku=f"S-{first + i}",
                    facts={
                        "title": f"{labels[int(odds[i].argmax())]} no. {first + i}",
                        "price_cents": 500 + 7 * (first + i) % 9_000,
                        "currency": "EUR",
                        "stock": (first + i) % 4,
                    },
                    photos=(
                        PhotoRecord(
                            f"{first + i:064x}",
                            pictures[(first + i) % PICTURES],
                            stored_reading(
                                Reading(np.log(odds[i] + 1e-6), odds[i], vectors[i]), encoder
                            ),
                        ),
                    ),
                )
                for i in range(size)
            ],
            services=services,
        )
    finish_import(services=services)


def change(home: Path, products: int, a_second: float, go: object, stop: object) -> None:
    """Change the stock of one product after another, while told to go on."""
    services = build_services(Settings(home=home, bundle=BUNDLE))
    number = 0
    while not stop.is_set():  # type: ignore[attr-defined]
        go.wait()  # type: ignore[attr-defined]
        number += 1
        sku = f"S-{number * 7919 % products}"
        facts: ProductFacts = {"stock": number % 5, "price_cents": 700 + number}
        record_batch([ProductRecord(sku, facts=facts)], services=services)
        time.sleep(1 / a_second)
    services.close()


def requests() -> list[bytes]:
    """Write one search for each filter."""
    paths = (f"/api/v1/products/S-{17 * i}/similar?{query}" for i, query in enumerate(FILTERS))
    return [f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode() for path in paths]


def search(port: int, seconds: float, clients: int) -> list[float]:
    """Search for some seconds by several clients; every time in milliseconds."""
    until = time.perf_counter() + seconds
    asked = requests()
    times: list[list[float]] = [[] for _ in range(clients)]

    def one(number: int) -> None:
        client = Client(HOST, port)
        place = number
        while time.perf_counter() < until:
            times[number].append(client.ask(asked[place % len(asked)]))
            place += 1
        client.close()

    threads = [threading.Thread(target=one, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [took for each in times for took in each]


def measure(home: Path, products: int, a_second: float, rounds: int, clients: int) -> list[Window]:
    """Search in windows of 3 seconds, quiet and changing in turn."""
    context = multiprocessing.get_context("spawn")
    go, stop = context.Event(), context.Event()
    changer = context.Process(target=change, args=(home, products, a_second, go, stop))
    changer.start()
    windows = []
    try:
        with serving(home, requests()[0]) as server:
            search(server.port, 3, clients)
            for number in range(2 * rounds):
                changing = bool(number % 2)
                (go.set if changing else go.clear)()
                time.sleep(0.2)
                windows.append(Window(changing, search(server.port, 3, clients)))
    finally:
        stop.set()
        go.set()
        changer.join()
    return windows


def told(windows: Sequence[Window]) -> dict[str, dict[str, float]]:
    """Sum up the windows of each kind: searches a second, median and 99th percentile in ms."""
    found = {}
    for name, changing in (("quiet", False), ("changing", True)):
        times = [took for each in windows if each.changing is changing for took in each.times]
        seconds = 3 * sum(each.changing is changing for each in windows)
        found[name] = {
            "searches_s": len(times) / seconds,
            "p50_ms": statistics.median(times),
            "p99_ms": percentile(times, 99),
        }
    return found


def main() -> None:
    """Fill, measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--products", type=int, default=70_000)
    parser.add_argument("--changes", type=float, default=20, help="a second")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--home", type=Path, help="use, or fill and keep, this catalogue")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="lookalike-changes-") as folder:
        home = given.home or Path(folder) / "home"
        services = build_services(Settings(home=home, bundle=BUNDLE))
        if not services.settings.database.exists():
            fill(services, given.products)
        services.close()
        windows = measure(home, given.products, given.changes, given.rounds, given.clients)
    figures = told(windows)
    if given.json:
        print(json.dumps(figures))
        return
    for name, row in figures.items():
        print(f"{name:9}" + "".join(f"  {key} {value:8.2f}" for key, value in row.items()))
    quiet, changing = figures["quiet"], figures["changing"]
    for key in ("p50_ms", "p99_ms"):
        print(f"{key} under changes is {changing[key] / quiet[key]:.2f} times that of quiet")


if __name__ == "__main__":
    main()
