"""A crowd before a real server: 32 slow uploads, 2,000 clients at once, and what others see.

`python -m tests.benchmarks.crowds` fills a shop of real articles in a temporary folder, serves it
on 127.0.0.1 and takes about a minute. `--against CHECKOUT` times another checkout's server, too.
"""

import argparse
import asyncio
import io
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from PIL import Image

from service.bench.client import Client, search_request
from service.bench.running import HOST, Running, serving
from service.bench.timing import percentile
from service.demo.articles import article_pictures, fill
from service.settings.environment import Settings
from service.wiring import build_services

HEALTH = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
SLOW_HEAD = (
    b"POST /api/v1/search HTTP/1.1\r\nHost: localhost\r\nContent-Length: 300000\r\n"
    b"Content-Type: multipart/form-data; boundary=b\r\n\r\n--b\r\n"
)


@dataclass
class Seen:
    """What clients saw: statuses, times in milliseconds, broken connections."""

    statuses: Counter[int] = field(default_factory=Counter)
    times: list[float] = field(default_factory=list)
    broken: int = 0


async def ask_on(port: int, request: bytes, until: float, seen: Seen, pause_s: float = 0) -> None:
    """Ask the same again and again, each time when the last was answered."""
    loop = asyncio.get_running_loop()
    while loop.time() < until:
        try:
            reader, writer = await asyncio.open_connection(HOST, port)
            while loop.time() < until:
                start = loop.time()
                writer.write(request)
                head = await reader.readuntil(b"\r\n\r\n")
                length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
                await reader.readexactly(length)
                seen.statuses[int(head[9:12])] += 1
                seen.times.append((loop.time() - start) * 1000)
                await asyncio.sleep(pause_s)
            writer.close()
        except (OSError, asyncio.IncompleteReadError):
            seen.broken += 1
            await asyncio.sleep(0.05)


async def drip(port: int, until: float) -> None:
    """Upload two bytes a second."""
    _, writer = await asyncio.open_connection(HOST, port)
    writer.write(SLOW_HEAD)
    while asyncio.get_running_loop().time() < until:
        writer.write(b"xx")
        await asyncio.sleep(1)
    writer.close()


async def among(
    port: int, request: bytes, seconds: float, crowd: list[object]
) -> tuple[Seen, Seen]:
    """Search and ask for the health beside a crowd."""
    until = asyncio.get_running_loop().time() + seconds
    search, health = Seen(), Seen()
    await asyncio.gather(
        ask_on(port, request, until, search, 0.01),
        ask_on(port, HEALTH, until, health, 0.05),
        *crowd,
    )
    return search, health


async def slow_uploads(port: int, request: bytes, number: int, seconds: float) -> tuple[Seen, Seen]:
    until = asyncio.get_running_loop().time() + seconds
    return await among(port, request, seconds, [drip(port, until) for _ in range(number)])


async def many(port: int, request: bytes, number: int, seconds: float) -> tuple[Seen, Seen]:
    until = asyncio.get_running_loop().time() + seconds
    seen, health = Seen(), Seen()
    await asyncio.gather(
        *(ask_on(port, request, until, seen) for _ in range(number)),
        ask_on(port, HEALTH, until, health, 0.2),
    )
    return seen, health


def line(title: str, seen: Seen) -> None:
    told = dict(sorted(seen.statuses.items()))
    p50, p99, most = statistics.median(seen.times), percentile(seen.times, 99), max(seen.times)
    times = f"p50 {p50:8.1f}  p99 {p99:8.1f}  most {most:8.1f} ms"
    print(f"{title:32} {times}  {told}, {seen.broken} broken", flush=True)


def alone(ports: list[int], requests: list[bytes], rounds: int) -> list[list[float]]:
    """Time one client of each server, in turn."""
    clients = [Client(HOST, port) for port in ports]
    times: list[list[float]] = [[] for _ in ports]
    for number in range(rounds):
        for client, took in zip(clients, times, strict=True):
            took.append(client.ask(requests[number % len(requests)]))
    for client in clients:
        client.close()
    return times


@contextmanager
def other(checkout: Path, home: Path, first: bytes) -> Iterator[Running]:
    """Serve with the code of another checkout."""
    here, before = os.getcwd(), os.environ.get("PYTHONPATH")
    os.chdir(checkout)
    os.environ["PYTHONPATH"] = str(checkout)
    try:
        with serving(home, first) as running:
            yield running
    finally:
        os.chdir(here)
        os.environ.pop("PYTHONPATH") if before is None else os.environ.update(PYTHONPATH=before)


def shop(home: Path, products: int) -> list[bytes]:
    """Fill a shop of real articles; give requests that search it."""
    services = build_services(replace(Settings(), home=home, bundle="fashion-mnist"))
    fill(products, services=services)
    services.close()
    requests = []
    for pixels in article_pictures(200):
        file = io.BytesIO()
        Image.fromarray(pixels).save(file, "PNG")
        requests.append(search_request(file.getvalue()))
    return requests


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--products", type=int, default=10_000)
    parser.add_argument("--slow", type=int, default=32)
    parser.add_argument("--clients", type=int, default=2_000)
    parser.add_argument("--seconds", type=float, default=15)
    parser.add_argument("--against", type=Path, help="another checkout to time beside this one")
    given = parser.parse_args()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with tempfile.TemporaryDirectory() as folder:
        requests = shop(Path(folder) / "home", given.products)
        with serving(Path(folder) / "home", requests[0]) as server:
            run(given, server, requests)
            if given.against is not None:
                beside(given, Path(folder) / "earlier", server, requests)


def run(given: argparse.Namespace, server: Running, requests: list[bytes]) -> None:
    """Measure one server alone, beside slow uploads, and under the crowd."""
    port, first = server.port, requests[0]
    idle = asyncio.run(among(port, first, 5, []))
    line("search, nobody else", idle[0])
    line("health, nobody else", idle[1])
    slow = asyncio.run(slow_uploads(port, first, given.slow, 10))
    line(f"search beside {given.slow} slow uploads", slow[0])
    line(f"health beside {given.slow} slow uploads", slow[1])
    before = server.resident_mb
    seen, health = asyncio.run(many(port, first, given.clients, given.seconds))
    gone = time.perf_counter()
    line(f"{given.clients} clients at once", seen)
    line("health meanwhile", health)
    client = Client(HOST, port)
    client.ask(first)
    print(f"first answer after they left: {time.perf_counter() - gone:.2f} s")
    print(f"resident memory: {before:.0f} MB before the crowd, {server.resident_mb:.0f} MB after")


def beside(given: argparse.Namespace, home: Path, server: Running, requests: list[bytes]) -> None:
    """Time one client of this server and one of the other checkout's, in turn."""
    code = (
        "import sys; from pathlib import Path; from service.settings.environment import Settings;"
        "from service.wiring import build_services; from service.demo.articles import fill;"
        "fill(int(sys.argv[2]), services=build_services("
        "Settings(home=Path(sys.argv[1]), bundle='fashion-mnist')))"
    )
    command = [sys.executable, "-c", code, str(home), str(given.products)]
    subprocess.run(command, cwd=given.against, env=os.environ | {"PYTHONPATH": "."}, check=True)
    with other(given.against, home, requests[0]) as earlier:
        for name, times in zip(
            ("this", "the other"), alone([server.port, earlier.port], requests, 1500), strict=True
        ):
            p50, p99 = statistics.median(times), percentile(times, 99)
            print(f"one client of {name} checkout: p50 {p50:.3f}, p99 {p99:.3f} ms")


if __name__ == "__main__":
    main()
