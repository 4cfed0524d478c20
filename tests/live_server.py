"""A real `lookalike serve` in a process of its own, over a small shop."""

import os
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from service.bench.running import resident_mb
from service.settings.environment import Settings
from service.starting import started_server
from service.wiring import build_services
from tests.stock import fill, shades
from tests.tiny_bundle import COLOUR, COLOUR_LABELS, COLOUR_NAMES, make_bundle
from tests.waiting import PATIENCE_S, free_port

ROOT = Path(__file__).parents[1]
PRODUCTS = 60


@dataclass(frozen=True)
class LiveServer:
    """Where it answers, and where it keeps and says things."""

    url: str
    pid: int
    home: Path
    log: Path

    def resident_mb(self) -> float:
        """Give the memory that the server and all processes below it hold, in megabytes."""
        return resident_mb(self.pid)


@contextmanager
def serving(
    folder: Path, options: Sequence[str] = ("--no-worker",), /, **settings: str
) -> Iterator[LiveServer]:
    """Fill a shop in a folder and serve it until the block ends; most tests need no worker."""
    make_bundle(
        folder / "bundle",
        labels=COLOUR_LABELS,
        spec=COLOUR,
        seed=3,
        colours=COLOUR_NAMES,
        halves={"kind": (0, 8), "look": (8, 16)},
    )
    home, bundle = folder / "home", str(folder / "bundle")
    parts = build_services(Settings(home=home, bundle=bundle))
    fill(parts, shades(PRODUCTS))
    parts.close()

    port = free_port()
    settled = {
        "LOOKALIKE_HOME": str(home),
        "LOOKALIKE_BUNDLE": bundle,
        "LOOKALIKE_PORT": str(port),
        "LOOKALIKE_THREADS": "4",
        "LOOKALIKE_PER_PAGE": "12",
        "LOOKALIKE_MAX_UPLOAD_MB": "2",
        "LOOKALIKE_DEADLINE_S": str(PATIENCE_S),  # a slow machine is no reason for a 503
        **{f"LOOKALIKE_{name.upper()}": value for name, value in settings.items()},
    }
    log = folder / "server.log"
    variables = {**os.environ, "PYTHONPATH": str(ROOT), **settled}
    with (
        log.open("wb") as file,
        started_server("serve", *options, environment=variables, log=file) as process,
    ):
        server = LiveServer(f"http://127.0.0.1:{port}", process.pid, home, log)
        _wait_for(server, process)
        yield server


def _wait_for(server: LiveServer, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{server.url}/healthz", timeout=5):
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
    raise AssertionError(f"the server did not start:\n{server.log.read_text()}")
