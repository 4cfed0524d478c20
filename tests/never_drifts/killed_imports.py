"""Kills real importing processes at random moments, and says what they left."""

import csv
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

from PIL import Image

from catalog.exported import stream_products
from service.settings.environment import Settings
from service.upkeep.checks import Disagreement, DisagreementKind
from service.upkeep.verify import verify
from service.wiring import build_services
from tests.never_drifts.killed import importing
from tests.tiny_bundle import make_bundle

PRODUCTS = 1200
PART = 20  # more products in the source after each kill, so that every run has work to do


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
    settings = _make_shop(folder)
    chance = random.Random(7)
    killed_at_work, patience_s = 0, 0.35
    wrong: list[str] = []
    for kill in range(kills):
        rows = min(PRODUCTS, PART * (kill + 2))
        with _importing(_write_table(folder, rows, kill), settings, wrong) as (process, told):
            time.sleep(chance.uniform(0, patience_s))
            process.kill()
            in_time = _next(told) is None
        killed_at_work += in_time
        patience_s *= 1.1 if in_time else 0.7  # so that kills hit the work on any machine
        tell(kill + 1)
    with _importing(_write_table(folder, PRODUCTS, kills), settings, wrong) as (_, told):
        said = _next(told) or []
    services = build_services(settings)
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


def _make_shop(folder: Path) -> Settings:
    """Make pictures of which no two are alike, and say where the processes work."""
    photos = folder / "photos"
    photos.mkdir()
    for number in range(PRODUCTS):
        colour = (number % 256, number // 256, 128)
        Image.new("RGB", (16, 16), colour).save(photos / f"{number}.png")
    make_bundle(folder / "bundle")
    return Settings(home=folder / "home", bundle=str(folder / "bundle"))


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
    source: Path, settings: Settings, wrong: list[str]
) -> Iterator[tuple[BaseProcess, Connection]]:
    """Start an import, let it prove what it finds, and give it once it imports."""
    with importing(source, settings) as (process, told):
        said = _next(told) or []
        if said[:2] != ["verified", "0"] or not set(said[2:]) <= {
            DisagreementKind.ORPHAN_PICTURE.name
        }:
            wrong.append(" ".join(said))
        yield process, told


def _next(told: Connection) -> list[str] | None:
    """Wait for what a process says next; None where it ends without a word."""
    try:
        return str(told.recv()).split()
    except EOFError:
        return None
