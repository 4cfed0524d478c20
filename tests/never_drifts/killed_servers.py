"""Kills real servers at random moments of writes over HTTP, and says what they left."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

from sqlalchemy import text

from catalog.access.audit import Asked
from service.access import log
from service.access.actor import at_the_machine
from service.access.keys import MOST_PER_MINUTE, KeyWish, create_key
from service.access.parts import build_access
from service.settings.environment import Settings
from service.stock.record import record_batch
from service.upkeep.checks import DisagreementKind
from service.upkeep.verify import verify
from service.wiring import Services, build_services
from tests.never_drifts.programs import COUNTER, Held, Program
from tests.shop import product
from tests.tiny_bundle import make_bundle
from tests.waiting import free_port, until

PROGRAMS = 3
_LONGEST_S = 0.8  # from the first answer to the kill


@dataclass(frozen=True)
class Left:
    """What was found after the kills, each time by a fresh process."""

    kills: int
    cut_off: int  # requests that had no answer when the server was killed
    of_them_done: int
    answered: int
    faults: list[str]


def kill_servers(
    folder: Path, kills: int, tell: Callable[[int], None] = lambda _done: None
) -> Left:
    """Kill a server as often, with SIGKILL, while programs write; `tell` is told of each."""
    chance = random.Random(11)
    settings, key = _open_shop(folder)
    port = free_port()
    programs = [Program(f"P{'x' * n}", port, key, random.Random(n)) for n in range(PROGRAMS)]
    faults: list[str] = []
    cut_off = done = 0
    for kill in range(kills):
        with serving(settings, port) as process, ThreadPoolExecutor(PROGRAMS) as pool:
            for each in pool.map(Program.finish, programs):
                assert each is None
            writing = [pool.submit(program.write_until_gone) for program in programs]
            time.sleep(chance.uniform(0, _LONGEST_S))
            os.killpg(process.pid, signal.SIGKILL)
            for each in writing:
                each.result()
        cut_off += sum(program.unanswered is not None or program.counting for program in programs)
        services = build_services(settings)
        done += _settle(programs, services, faults)
        services.close()
        tell(kill + 1)
    with serving(settings, port):
        for program in programs:
            program.finish()
    services = build_services(settings)
    _settle(programs, services, faults)
    faults += _log_faults(programs, services)
    faults += [str(each) for each in verify(services=services, repair=True).problems]
    _, pictures = _found(services)
    if set(services.store.digests()) != pictures:
        faults.append("pictures are missing or too many after a repair")
    services.close()
    faults += [fault for program in programs for fault in program.faults]
    answered = sum(sum(program.entries.values()) for program in programs)
    return Left(kills, cut_off, done, answered, faults)


def faults_of(left: Left) -> list[str]:
    """Say what is not as it must be; nothing, where nothing was lost or is there twice."""
    # Else the kills came too late, or too early, to say anything.
    few = [] if left.cut_off >= left.kills else ["few of the kills hit a write"]
    return left.faults + few


def _open_shop(folder: Path) -> tuple[Settings, str]:
    """Make a shop with a counter in it, and a key that writes."""
    make_bundle(folder / "bundle")
    settings = Settings(home=folder / "home", bundle=str(folder / "bundle"))
    services = build_services(settings)
    record_batch([product(services, COUNTER, stock=0)], services=services)
    access = build_access(settings, services.database)
    wish = KeyWish("program", ("search", "read", "write"), per_minute=MOST_PER_MINUTE)
    key = create_key(wish, by=at_the_machine(), access=access).key
    services.close()
    return settings, key


@contextmanager
def serving(settings: Settings, port: int) -> Iterator["subprocess.Popen[bytes]"]:
    """Serve in a group of processes, so that one signal reaches all, until the block ends."""
    told = {"HOME": str(settings.home), "BUNDLE": settings.bundle, "PORT": str(port)}
    with subprocess.Popen(
        [sys.executable, "-m", "service", "serve"],
        env=os.environ | {f"LOOKALIKE_{name}": value for name, value in told.items()},
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        try:
            until(lambda: process.poll() is not None or _answers(port))
            yield process
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)


def _answers(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _settle(programs: list[Program], services: Services, faults: list[str]) -> int:
    """Hold what is there against what was answered; give how many of the others were done."""
    done = 0
    found, _ = _found(services)
    for program in programs:
        own = {sku: held for sku, held in found.items() if sku.startswith(f"{program.name}-")}
        done += own != program.held
        program.settle(own)
    counted, counting = (
        sum(program.counted for program in programs),
        sum(program.counting for program in programs),
    )
    count = found[COUNTER][1]
    if not counted <= count <= counted + counting:
        faults.append(f"the counter says {count}, of {counted} answered, {counting} cut off")
    programs[0].counted += count - counted
    for program in programs:
        program.counting = False
    report = verify(services=services)
    kinds = {problem.kind for problem in report.problems} - {DisagreementKind.ORPHAN_PICTURE}
    if report.drift or kinds:
        faults.append(f"a fresh process found a drift of {report.drift}, {sorted(kinds)}")
    return done + count - counted


def _found(services: Services) -> tuple[Held, set[str]]:
    """Give the products as the rows have them, and the pictures that they show."""
    products = "SELECT id, sku, title, stock FROM product"
    photos = "SELECT product_id, source_digest, digest FROM photo ORDER BY position, id"
    with services.database.reading() as session:
        rows = session.execute(text(products)).all()
        shown = session.execute(text(photos)).all()
    of: dict[int, list[str]] = {}
    for product_id, source, _ in shown:
        of.setdefault(product_id, []).append(source)
    held = {row.sku: (row.title, row.stock, tuple(of.get(row.id, ()))) for row in rows}
    return held, {digest for _, _, digest in shown}


def _log_faults(programs: list[Program], services: Services) -> list[str]:
    """Compare the log with what was done: each change once."""
    expected: Counter[tuple[str, str]] = Counter()
    for program in programs:
        expected.update(program.entries)
    expected["product.change", COUNTER] += sum(program.counted for program in programs)
    found = Counter(
        (str(entry["action"]), str(entry["subject"]))
        for entry in log.entries(Asked(), database=services.database)
        if str(entry["action"]).startswith(("product.", "photo."))
    )
    return [
        f"the log has {found[each]} times {each}, of {expected[each]}"
        for each in expected.keys() | found.keys()
        if found[each] != expected[each]
    ]
