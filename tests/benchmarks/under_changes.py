"""What changes cost shoppers: `python -m tests.benchmarks.under_changes [--by api]`.

A real server over 70,000 products is searched by several clients, in turn while nothing changes
and while something does: another process that records 20 products a second (`--by process`), a
program that sends as many PATCH requests (`--by api`), or a worker that imports small pictures
(`--by import`). The windows alternate, so that whatever else the machine does hits both alike.
"""

import argparse
import json
import statistics
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from service.bench.client import Client
from service.bench.running import HOST, serving
from service.bench.timing import percentile
from service.settings.environment import Settings
from service.wiring import build_services
from tests.benchmarks.disturbers import Shop, an_import, another_process, over_http
from tests.benchmarks.large_shop import fill

BUNDLE = "fashion-mnist"
DISTURBERS = {"process": another_process, "api": over_http, "import": an_import}
FILTERS = ("", "category=Coat", "in_stock=true&max_price=30", "text=coat", "min_price=10&page=2")
ALLOWED = {"p50_ms": 1.5, "p99_ms": 2.0}  # times those without changes
_WINDOW_S = 3
_SETTLES_S = 0.2


@dataclass(frozen=True, slots=True)
class Window:
    """The times of some seconds of searching, in milliseconds."""

    changing: bool
    times: list[float]


def requests() -> list[bytes]:
    """Write one search for each filter."""
    paths = (f"/api/v1/products/S-{17 * i}/similar?{query}" for i, query in enumerate(FILTERS))
    return [f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode() for path in paths]


def search(port: int, clients: int, pause_s: float) -> list[float]:
    """Search for one window by several clients; every time in milliseconds."""
    until = time.perf_counter() + _WINDOW_S
    asked = requests()
    times: list[list[float]] = [[] for _ in range(clients)]

    def one(number: int) -> None:
        client = Client(HOST, port)
        place = number
        while time.perf_counter() < until:
            times[number].append(client.ask(asked[place % len(asked)]))
            place += 1
            if pause_s:
                time.sleep(pause_s)
        client.close()

    threads = [threading.Thread(target=one, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [took for each in times for took in each]


def measure(given: argparse.Namespace, settings: Settings, by: str) -> tuple[list[Window], str]:
    """Search in windows, quiet and changing in turn; say what was done beside them."""
    windows = []
    with serving(settings.home, requests()[0]) as server:
        shop = Shop(settings, given.products, server.port, given.changes, given.pictures)
        with DISTURBERS[by](shop) as disturber:
            disturber.hold()
            search(server.port, given.clients, given.pause)
            for number in range(2 * given.rounds):
                changing = bool(number % 2)
                (disturber.go if changing else disturber.hold)()
                time.sleep(_SETTLES_S)
                windows.append(Window(changing, search(server.port, given.clients, given.pause)))
            disturber.hold()
            told = disturber.told()
    return windows, told


def summed(windows: Sequence[Window]) -> dict[str, dict[str, float]]:
    """Sum up the windows of each kind: searches a second, median and 99th percentile in ms."""
    sums = {}
    for name, changing in (("quiet", False), ("changing", True)):
        times = [took for each in windows if each.changing is changing for took in each.times]
        seconds = _WINDOW_S * sum(each.changing is changing for each in windows)
        sums[name] = {
            "searches_s": len(times) / seconds,
            "p50_ms": statistics.median(times),
            "p99_ms": percentile(times, 99),
        }
    return sums


def main(arguments: list[str] | None = None) -> None:
    """Fill, measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--by", choices=DISTURBERS, nargs="+", default=["process"])
    parser.add_argument("--products", type=int, default=70_000)
    parser.add_argument("--changes", type=float, default=20, help="a second")
    parser.add_argument("--pictures", type=int, default=40_000, help="of the import")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--pause", type=float, default=0, help="seconds that a client then waits")
    parser.add_argument("--home", type=Path, help="use, or fill and keep, this catalogue")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="lookalike-changes-") as folder:
        settings = Settings(home=given.home or Path(folder) / "home", bundle=BUNDLE)
        with closing(build_services(settings)) as services:
            if not settings.database.exists():
                fill(services, given.products)
        for by in given.by:
            windows, told = measure(given, settings, by)
            figures = summed(windows)
            if given.json:
                print(json.dumps({"by": by, **figures}))
            else:
                _print(by, told, figures, given)


def _print(
    by: str, told: str, figures: dict[str, dict[str, float]], given: argparse.Namespace
) -> None:
    print(f"{given.products:,} products, {given.clients} clients, beside {by}: {told}")
    for name, row in figures.items():
        print(f"{name:9}" + "".join(f"  {key} {value:8.2f}" for key, value in row.items()))
    quiet, changing = figures["quiet"], figures["changing"]
    for key, most in ALLOWED.items():
        ratio = changing[key] / quiet[key]
        print(f"{key[:3]} is {ratio:.2f} times that of quiet (at most {most})")


if __name__ == "__main__":
    main()
