"""How long fetching takes beside what its rate limit allows: `python -m tests.benchmarks.fetching`.

A server of this machine gives out pictures, each after a delay, and the whole import of their
table is timed: fetched, decoded, read by a tiny network, stored and recorded.
"""

import argparse
import tempfile
import time
from contextlib import closing
from pathlib import Path

from service.importing import import_source
from service.settings.environment import Settings
from service.wiring import build_services
from tests.fakes import plain_picture
from tests.picture_server import body, picture_server
from tests.tiny_bundle import make_bundle

ALLOWED = 1.3  # times what the rate limit allows


def main(arguments: list[str] | None = None) -> float:
    """Print the figure, and return the ratio."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--pictures", type=int, default=2_000)
    asked.add_argument("--rate", type=int, default=20, help="requests a second")
    asked.add_argument("--delay-ms", type=int, default=50)
    said = asked.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder, picture_server() as server:
        home = Path(folder)
        server.delay_s = said.delay_ms / 1000
        lines = ["sku,title,photo"]
        for number in range(said.pictures):
            path = f"/{number}.png"
            colour = (number % 256, number // 256 % 256, 99)
            server.answers[path] = body(plain_picture(colour, side=64))
            lines.append(f"P-{number},Picture {number},{server.address(path)}")
        table = home / "table.csv"
        table.write_text("\n".join(lines) + "\n", encoding="utf-8")
        make_bundle(home / "bundle")
        settings = Settings(
            home=home / "home",
            bundle=str(home / "bundle"),
            fetch_private=f"127.0.0.1:{server.port}",
            fetch_rate=said.rate,
        )
        with closing(build_services(settings)) as services:
            began = time.monotonic()
            report = import_source(table, services=services, find_duplicates=False)
            took_s = time.monotonic() - began
    assert report.added == said.pictures, report.failed[:3]
    allowed_s: float = said.pictures / said.rate
    print(
        f"{said.pictures} pictures with {said.delay_ms} ms delay at {said.rate} a second: "
        f"{took_s:.1f} s, the rate limit allows {allowed_s:.1f} s: {took_s / allowed_s:.2f} times "
        f"(at most {ALLOWED})"
    )
    return took_s / allowed_s


if __name__ == "__main__":
    main()
