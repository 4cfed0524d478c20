"""A real server process of our own to ask: how soon it answers, and how much memory it holds."""

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from service.bench.client import Client
from service.starting import started_server

HOST = "127.0.0.1"
_PATIENCE_S = 120


@dataclass(frozen=True, slots=True)
class Running:
    """A server that has answered its first search."""

    port: int
    first_search_s: float  # from starting the process to having the first answer
    process: "subprocess.Popen[bytes]"

    @property
    def resident_mb(self) -> float:
        """The resident memory of the server's processes together, in megabytes (on Linux)."""
        return resident_mb(self.process.pid)

    @property
    def cpu_s(self) -> float:
        """The processor's time that the server's processes have used together (on Linux)."""
        return sum(_cpu_ticks(pid) for pid in family(self.process.pid)) / os.sysconf("SC_CLK_TCK")


def resident_mb(pid: int) -> float:
    """Return the memory that a process and all below it hold together, in megabytes (on Linux)."""
    return sum(_memory_kb(each) for each in family(pid)) / 1024


@contextmanager
def serving(home: Path, first: bytes) -> Iterator[Running]:
    """Serve a catalogue on a free port, ask it the search `first`, and stop it in the end."""
    port = _free_port()
    environment = os.environ | {
        "LOOKALIKE_HOME": str(home),
        "LOOKALIKE_HOST": HOST,
        "LOOKALIKE_PORT": str(port),
        "LOOKALIKE_LOG_LEVEL": "WARNING",
    }
    start = time.perf_counter()
    with started_server("serve", "--no-worker", environment=environment) as process:
        _ask_until_answered(process, port, first, start + _PATIENCE_S)
        yield Running(port, time.perf_counter() - start, process)


def _ask_until_answered(
    process: "subprocess.Popen[bytes]", port: int, first: bytes, until: float
) -> None:
    while True:
        try:
            client = Client(HOST, port)
            client.ask(first)
            client.close()
        except OSError as error:
            if process.poll() is not None or time.perf_counter() > until:
                raise RuntimeError("the server did not start; see what it said above") from error
            time.sleep(0.02)
        else:
            return


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    return port


def family(pid: int) -> list[int]:
    """Return a process and all below it (on Linux)."""
    found: list[str] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):  # a child belongs to a thread
        try:
            found += task.read_text().split()
        except OSError:  # which has ended
            continue
    return [pid, *(each for child in found for each in family(int(child)))]


def _memory_kb(pid: int) -> int:
    try:
        told = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0
    lines = told.splitlines()
    return next((int(line.split()[1]) for line in lines if line.startswith("VmRSS:")), 0)


def _cpu_ticks(pid: int) -> int:
    try:
        told = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0
    numbers = told.rpartition(")")[2].split()
    return int(numbers[11]) + int(numbers[12])
