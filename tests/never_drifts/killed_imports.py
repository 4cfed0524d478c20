"""Kills real importing processes at random moments, and says what they left."""

import csv
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from catalog.exported import stream_products
from service.settings.environment import Settings
from service.upkeep.checks import Disagreement, DisagreementKind
from service.upkeep.verify import verify
from service.wiring import build_services
from tests.tiny_bundle import make_bundle

PRODUCTS = 1200
PART = 20  # more products in the source after each kill, so that every run has work to do

# Each process first proves what the one before, killed, has left; so the proof is always that of a
# fresh process, and no kill is spent on the interpreter's start.
IMPORTER = """
import sys
from pathlib import Path
from service.importing import import_source
from service.settings.environment import read_settings
from service.upkeep.verify import verify
from service.wiring import build_services
found = verify(services=build_services(read_settings()))
print("verified", found.drift, *sorted({each.kind.name for each in found.problems}), flush=True)
report = import_source(Path(sys.argv[1]), services=build_services(read_settings()))
print("imported", report.added, report.updated, report.unchanged, len(report.failed), flush=True)
"""


@dataclass(frozen=True)
class Left:
    """What was found after each kill, and after the last import, which nobody has killed."""

    kills: int
    killed_at_work: int  # the others were done when the signal came
    wrong: list[str]  # what a fresh process complained of
    said: list[str]  # by the last import
    skus: Counter[str]
    pictures_of_products: list[int]  # of each
    distinct_pictures: int
    stored_pictures: int
    problems: tuple[Disagreement, ...]


def kill_imports(
    folder: Path, kills: int, tell: Callable[[int], None] = lambda _done: None
) -> Left:
    """Kill as many imports of a growing table with SIGKILL; `tell` is told of each."""
    environment = _make_shop(folder)
    chance = random.Random(7)
    killed_at_work, patience_s = 0, 0.35
    wrong: list[str] = []
    for kill in range(kills):
        rows = min(PRODUCTS, PART * (kill + 2))
        with _importing(_write_table(folder, rows, kill), environment, wrong) as process:
            time.sleep(chance.uniform(0, patience_s))
            process.send_signal(signal.SIGKILL)
            assert process.stdout is not None
            in_time = process.stdout.read() == ""
        killed_at_work += in_time
        patience_s *= 1.1 if in_time else 0.7  # so that kills hit the work on any machine
        tell(kill + 1)
    with _importing(_write_table(folder, PRODUCTS, kills), environment, wrong) as process:
        assert process.stdout is not None
        said = process.stdout.read().split()
    services = build_services(
        Settings(home=folder / "home", bundle=environment["LOOKALIKE_BUNDLE"])
    )
    with services.database.reading() as session:
        products = list(stream_products(session))
    report = verify(services=services, repair=True)
    pictures = len(list(services.store.digests()))
    services.close()
    return Left(
        kills=kills,
        killed_at_work=killed_at_work,
        wrong=wrong,
        said=said,
        skus=Counter(product.sku for product in products),
        pictures_of_products=[len(product.digests) for product in products],
        distinct_pictures=len({product.digests for product in products}),
        stored_pictures=pictures,
        problems=report.problems,
    )


def faults_of(left: Left) -> list[str]:
    """Say what is not as it must be; nothing, where nothing was lost or is there twice."""
    expected = Counter(f"SKU-{number}" for number in range(PRODUCTS))
    checks = {
        "a fresh process found what no kill may leave": not left.wrong,
        "the last import did not end, or refused rows": left.said[:1] + left.said[-1:]
        == ["imported", "0"],
        "products are missing or there twice": left.skus == expected,
        "a product has lost or doubled its picture": set(left.pictures_of_products) == {1},
        "two products share a picture": left.distinct_pictures == PRODUCTS,
        "something is left that --repair does not mend": left.problems == (),
        "pictures are missing or too many": left.stored_pictures == PRODUCTS,
        # Else the kills came too late to say anything.
        "under half of the kills hit the work": left.killed_at_work >= left.kills // 2,
    }
    return [fault for fault, holds in checks.items() if not holds]


def _make_shop(folder: Path) -> dict[str, str]:
    """Make pictures of which no two are alike, and the environment of the processes."""
    photos = folder / "photos"
    photos.mkdir()
    for number in range(PRODUCTS):
        colour = (number % 256, number // 256, 128)
        Image.new("RGB", (16, 16), colour).save(photos / f"{number}.png")
    make_bundle(folder / "bundle")
    home = {"LOOKALIKE_HOME": str(folder / "home"), "LOOKALIKE_BUNDLE": str(folder / "bundle")}
    return os.environ | home


def _write_table(folder: Path, rows: int, price: int) -> Path:
    path = folder / "stock.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["sku", "title", "photo", "price"])
        for number in range(rows):
            # Some prices change with every run, so that old products are written again too.
            cents = 100 + (price if number % 7 == 0 else 0)
            row = [f"SKU-{number}", f"Product {number}", f"photos/{number}.png", f"{cents}.00"]
            writer.writerow(row)
    return path


@contextmanager
def _importing(
    source: Path, environment: dict[str, str], wrong: list[str]
) -> Iterator[subprocess.Popen[str]]:
    """Start an import, let it prove what it finds, and give it once it imports."""
    with subprocess.Popen(
        [sys.executable, "-c", IMPORTER, str(source)],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        said = process.stdout.readline().strip()
        if said.split()[:2] != ["verified", "0"] or not set(said.split()[2:]) <= {
            DisagreementKind.ORPHAN_PICTURE.name
        }:
            wrong.append(said)
        yield process
