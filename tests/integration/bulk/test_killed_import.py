"""A real importing process is killed at random moments: nothing is lost, nothing is there twice."""

import csv
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PIL import Image

from catalog.exported import stream_products
from service.checks import ProblemKind
from service.settings import Settings
from service.verify import verify
from service.wiring import build_services
from tests.tiny_bundle import make_bundle

KILLS = 50
PRODUCTS = 1200
PART = 20  # more products in the source after each kill, so that every run has work to do

# Each process first proves what the one before, killed, has left; so the proof is always that of a
# fresh process, and no kill is spent on the interpreter's start.
IMPORTER = """
import sys
from pathlib import Path
from service.importing import import_source
from service.settings import read_settings
from service.verify import verify
from service.wiring import build_services
found = verify(services=build_services(read_settings()))
print("verified", found.drift, *sorted({each.kind.name for each in found.problems}), flush=True)
report = import_source(Path(sys.argv[1]), services=build_services(read_settings()))
print("imported", report.added, report.updated, report.unchanged, len(report.failed), flush=True)
"""


@pytest.fixture
def shop(tmp_path):
    """Pictures of which no two are alike, and the environment of the processes."""
    photos = tmp_path / "photos"
    photos.mkdir()
    for number in range(PRODUCTS):
        colour = (number % 256, number // 256, 128)
        Image.new("RGB", (16, 16), colour).save(photos / f"{number}.png")
    make_bundle(tmp_path / "bundle")
    home = {"LOOKALIKE_HOME": str(tmp_path / "home"), "LOOKALIKE_BUNDLE": str(tmp_path / "bundle")}
    return tmp_path, os.environ | home


def write_table(folder: Path, rows: int, price: int) -> Path:
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
def importing(source: Path, environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """Start an import, let it prove what it finds, and give it once it imports."""
    with subprocess.Popen(
        [sys.executable, "-c", IMPORTER, str(source)],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        said, drift, *kinds = process.stdout.readline().split()
        assert (said, drift) == ("verified", "0")
        assert set(kinds) <= {ProblemKind.ORPHAN_PICTURE.name}
        yield process


def test_a_killed_import_loses_nothing_and_doubles_nothing(shop):
    folder, environment = shop
    chance = random.Random(7)
    killed_at_work, patience_s = 0, 0.35
    for kill in range(KILLS):
        rows = min(PRODUCTS, PART * (kill + 2))
        with importing(write_table(folder, rows, kill), environment) as process:
            time.sleep(chance.uniform(0, patience_s))
            process.send_signal(signal.SIGKILL)
            in_time = process.stdout.read() == ""
        killed_at_work += in_time
        patience_s *= 1.1 if in_time else 0.7  # so that kills hit the work on any machine

    with importing(write_table(folder, PRODUCTS, KILLS), environment) as process:
        said, *numbers = process.stdout.read().split()

    services = build_services(
        Settings(home=folder / "home", bundle=environment["LOOKALIKE_BUNDLE"])
    )
    with services.database.reading() as session:
        products = list(stream_products(session))
    report = verify(services=services, repair=True)
    pictures = len(list(services.store.digests()))
    services.close()
    assert killed_at_work >= KILLS // 2  # else the kills came too late to say anything
    assert (said, numbers[-1]) == ("imported", "0")
    assert Counter(product.sku for product in products) == Counter(
        f"SKU-{number}" for number in range(PRODUCTS)
    )
    assert all(len(product.digests) == 1 for product in products)
    assert len({product.digests for product in products}) == PRODUCTS
    assert report.problems == ()
    assert pictures == PRODUCTS
