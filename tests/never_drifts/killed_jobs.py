"""Kills real workers at random moments of imports and tagging, and says what they left."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from zipfile import ZipFile

from catalog.exported import stream_products
from catalog.jobs import JobState
from service.access.actor import at_the_machine
from service.jobs import keeping
from service.jobs.files import folder_of, new_folder
from service.settings.environment import Settings
from service.upkeep.verify import verify
from service.wiring import Services, build_services
from tests.fakes import plain_picture
from tests.tiny_bundle import make_bundle

# What `lookalike worker --until-idle` does, but for making way for everything else on the machine.
WORKER = """
from service.settings.environment import read_settings
from service.wiring import build_services
from service.worker.worker import Worker
Worker(build_services(read_settings())).run_until_idle()
"""
PRODUCTS = 600
REFUSED = (5, 450, 599)  # rows with a bad price
_MOST_S = 600  # that one job may take


@dataclass
class Left:
    """What was found once each job was done, however often its workers were killed."""

    kills: int = 0
    jobs: int = 0
    wrong: list[str] = field(default_factory=list)


def kill_workers(
    folder: Path, kills: int, tell: Callable[[int], None] = lambda _done: None
) -> Left:
    """Kill as many workers with SIGKILL, each in the middle of a job; `tell` is told of each."""
    make_bundle(folder / "bundle")
    settings = Settings(home=folder / "home", bundle=str(folder / "bundle"))
    services = build_services(settings)
    archive = _stock(folder)
    chance, left = random.Random(7), Left()
    while left.kills < kills:
        kind = ("import", "tag")[left.jobs % 2]
        number = _ask(kind, archive, services)
        _kill_until_done(number, kills, chance, left, services, tell)
        left.jobs += 1
        left.wrong += [f"job {number}: {each}" for each in _faults(number, kind, left, services)]
    services.close()
    return left


def _stock(folder: Path) -> Path:
    path = folder / "stock.zip"
    with ZipFile(path, "w") as file:
        for number in range(PRODUCTS):
            picture = plain_picture((number % 256, number // 256, 128), side=16)
            file.writestr(f"photos/{number}.png", picture)
        rows = [
            f"SKU-{number},Product {number},photos/{number}.png,"
            f"{'cheap' if number in REFUSED else '9.90'}"
            for number in range(PRODUCTS)
        ]
        file.writestr("stock.csv", "\n".join(["sku,title,photo,price", *rows]))
    return path


def _ask(kind: str, archive: Path, services: Services) -> int:
    folder = new_folder(services.settings)
    os.link(archive, folder_of(folder, services.settings) / archive.name)
    parameters = {"file": archive.name, "duplicates": False, "format": "jsonl"}
    by = at_the_machine()
    return keeping.create(kind, parameters, by=by, services=services, folder=folder).number


def _kill_until_done(
    number: int,
    kills: int,
    chance: random.Random,
    left: Left,
    services: Services,
    tell: Callable[[int], None],
) -> None:
    told = {
        "LOOKALIKE_HOME": str(services.settings.home),
        "LOOKALIKE_BUNDLE": services.settings.bundle,
    }
    program = [sys.executable, "-c", WORKER]
    deadline = time.monotonic() + _MOST_S
    while not (job := keeping.get(number, services=services)).is_over:
        assert time.monotonic() < deadline, f"the job {number} does not end: {job.message}"
        with subprocess.Popen(program, env=os.environ | told, stderr=subprocess.DEVNULL) as worker:
            if left.kills >= kills:
                worker.wait()
                continue
            while worker.poll() is None and _is_as_far(number, job.done, services):
                time.sleep(0.01)
            time.sleep(chance.uniform(0, 0.05))
            if worker.poll() is None:
                worker.send_signal(signal.SIGKILL)
                left.kills += 1
                tell(left.kills)


def _is_as_far(number: int, done: int, services: Services) -> bool:
    """Say whether a job has come no further than it was, so that each kill hits work."""
    job = keeping.get(number, services=services)
    return job.done == done and not job.is_over


def _faults(number: int, kind: str, left: Left, services: Services) -> list[str]:
    job = keeping.get(number, services=services)
    lines = [line.line for line in keeping.lines(number, services=services)]
    checks = {f"is {job.state.value}: {job.message}": job.state is JobState.DONE}
    if kind == "import":
        first = left.jobs == 1
        there = PRODUCTS - len(REFUSED)
        counted = {"added": there if first else 0, "unchanged": 0 if first else there}
        checks |= {
            f"counted {job.counts}": {**job.counts, **counted, "refused": len(REFUSED)}
            == job.counts,
            f"refused the lines {lines}": lines == [number + 2 for number in REFUSED],
            "products are missing or there twice": _skus(services)
            == Counter(f"SKU-{each}" for each in range(PRODUCTS) if each not in REFUSED),
        }
    else:
        with keeping.result_of(number, services=services).open(encoding="utf-8") as table:
            paths = [json.loads(row)["path"] for row in table]
        expected = Counter(f"photos/{each}.png" for each in range(PRODUCTS))
        checks[f"counted {job.counts}"] = job.counts.get("tagged") == PRODUCTS
        checks["pictures are missing or tagged twice"] = Counter(paths) == expected
    report = verify(services=services)
    checks[f"drift {report.drift}"] = report.drift == 0
    return [fault for fault, holds in checks.items() if not holds]


def _skus(services: Services) -> Counter[str]:
    with services.database.reading() as session:
        return Counter(product.sku for product in stream_products(session))
