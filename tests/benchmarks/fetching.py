"""How long fetching takes beside what its rate limit allows: `python -m tests.benchmarks.fetching`.

A server in a process of its own gives out pictures, each after a delay, and the whole import of
their table is timed: fetched, decoded, read by a tiny network, stored and recorded, the shop's
making included. Beside the time stand figures that other work on the machine does not change:
processor time a picture, how many requests there were, and how many at a time.
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

from service.importing import import_source
from service.settings.environment import Settings
from service.wiring import build_services
from tests.fakes import plain_picture
from tests.picture_server import Handler, body, picture_server
from tests.tiny_bundle import make_bundle

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

ALLOWED = 1.3  # times what the rate limit allows
_SIDE = 64  # pixels of a picture


@dataclass(frozen=True, slots=True)
class Figure:
    """What one import took."""

    pictures: int
    rate: int  # requests a second
    took_s: float
    processor_s: float  # of the import's process
    requests: int
    most_at_once: int

    @property
    def ratio(self) -> float:
        """How many times what the rate limit allows."""
        return self.took_s / (self.pictures / self.rate)

    def __str__(self) -> str:
        return (
            f"{self.rate:>4} a second: {self.took_s:.1f} s, the rate limit allows "
            f"{self.pictures / self.rate:.1f} s: {self.ratio:.2f} times (at most {ALLOWED}); "
            f"{self.processor_s / self.pictures * 1000:.1f} ms of processor time a picture, "
            f"{self.requests} requests, at most {self.most_at_once} at a time"
        )


def main(arguments: Sequence[str] | None = None) -> list[Figure]:
    """Print the figures, and return them."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--pictures", type=int, default=2_000)
    asked.add_argument(
        "--rate", type=int, nargs="+", default=[20, 100], help="requests a second; one import each"
    )
    asked.add_argument("--delay-ms", type=int, default=50)
    said = asked.parse_args(arguments)
    print(
        f"{said.pictures} pictures of a server that takes {said.delay_ms} ms for each", flush=True
    )
    figures = []
    for rate in said.rate:
        figures.append(measure(said.pictures, rate, said.delay_ms))
        print(figures[-1], flush=True)
    return figures


def measure(pictures: int, rate: int, delay_ms: int) -> Figure:
    """Import so many pictures into a new shop."""
    with tempfile.TemporaryDirectory() as folder, _server(delay_ms) as (port, told):
        home = Path(folder)
        address = f"http://127.0.0.1:{port}"
        rows = (f"P-{n},Picture {n},{address}/{n}.png" for n in range(pictures))
        table = home / "table.csv"
        table.write_text("\n".join(("sku,title,photo", *rows, "")), encoding="utf-8")
        make_bundle(home / "bundle")
        settings = Settings(
            home=home / "home",
            bundle=str(home / "bundle"),
            fetch_private=f"127.0.0.1:{port}",
            fetch_rate=rate,
        )
        with closing(build_services(settings)) as services:
            began, processor = time.monotonic(), time.process_time()
            report = import_source(table, services=services, find_duplicates=False)
            took_s, processor_s = time.monotonic() - began, time.process_time() - processor
        requests, most_at_once = told()
    if report.added != pictures:
        raise SystemExit(f"{report.added} of {pictures} came in: {report.failed[:3]}")
    return Figure(pictures, rate, took_s, processor_s, requests, most_at_once)


@contextmanager
def _server(delay_ms: int) -> Iterator[tuple[int, Callable[[], tuple[int, int]]]]:
    """Serve in a process of its own, which takes no turns from the import's threads.

    Gives the port, and what tells how often it was asked, and how often at a time.
    """
    spawning = get_context("spawn")
    ours, theirs = spawning.Pipe()
    process = spawning.Process(target=_serve, args=(delay_ms / 1000, theirs), daemon=True)
    process.start()
    theirs.close()  # so that a server which dies at once is no wait without end
    try:
        yield ours.recv(), lambda: _asked(ours)
    finally:
        ours.close()
        process.join()


def _asked(server: "Connection[None, tuple[int, int]]") -> tuple[int, int]:
    server.send(None)
    return server.recv()


def _serve(delay_s: float, pipe: "Connection[int | tuple[int, int], None]") -> None:
    with picture_server() as server:
        server.delay_s = delay_s
        server.otherwise = _picture_of_its_number
        pipe.send(server.port)
        with suppress(EOFError):  # whoever measured has gone
            while True:
                pipe.recv()
                pipe.send((len(server.asked), server.most_at_once))


def _picture_of_its_number(to: Handler) -> None:
    number = int(to.path.removeprefix("/").removesuffix(".png"))
    body(plain_picture((number % 256, number // 256 % 256, 99), side=_SIDE))(to)


if __name__ == "__main__":
    main()
