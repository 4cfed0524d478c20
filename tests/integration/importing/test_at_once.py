"""Real processes that import, while others label, sell, remove and exchange the model."""

import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from catalog.exported import stream_products
from catalog.stored import ProductRecord
from service.errors import NotReady
from service.importing import import_source
from service.models.registry import model_of
from service.promotion.missing_readings import read_missing
from service.promotion.promoting import promote_model
from service.settings.environment import Settings
from service.stock.changing import label_product, remove_products
from service.stock.record import record_batch
from service.upkeep.verify import verify
from service.wiring import build_services
from tests.fakes import plain_picture
from tests.never_drifts.models import FIRST, SECOND

ROOT = Path(__file__).parents[3]
PRODUCTS = 60
IMPORTER = """
import sys
from pathlib import Path
from service.importing import import_source
from service.settings.environment import Settings
from service.wiring import build_services
from tests.never_drifts.models import FIRST, SECOND
services = build_services(Settings(home=Path(sys.argv[1])), FIRST, others=[SECOND])
print("ready", flush=True)
sys.stdin.readline()
for table in sys.argv[2:]:
    report = import_source(Path(table), services=services)
    assert not report.failed, report.failed
    print(report.rows, flush=True)
"""


@pytest.fixture
def services(tmp_path):
    built = build_services(Settings(home=tmp_path / "home"), FIRST, others=[SECOND])
    yield built
    built.close()


def table(folder, name, header, row):
    """Write a row for each product; `row` is given its number."""
    path = folder / name
    lines = (f"P{number}," + row(number) for number in range(PRODUCTS))
    path.write_text("\n".join((f"sku,{header}", *lines)) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def shop(services, tmp_path):
    """Products with one picture each, and pictures for many more."""
    for number in range(256):
        picture = plain_picture((number, 255 - number, 40), side=4)
        (tmp_path / f"{number}.png").write_bytes(picture)
    first = table(tmp_path, "first.csv", "title,photo,price,stock", lambda n: f"T{n},{n}.png,1,1")
    import_source(first, services=services)
    return tmp_path


def held(services):
    with services.database.reading() as session:
        return {product.sku: product for product in stream_products(session)}


def importing(shop, *tables):
    """Start a process that imports these tables once it is told to."""
    process = subprocess.Popen(
        [sys.executable, "-c", IMPORTER, str(shop / "home"), *map(str, tables)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "ready\n"
    process.stdin.write("go\n")
    process.stdin.flush()
    return process


def ended(process):
    process.communicate(timeout=120)
    return process.returncode == 0


def test_two_imports_each_leave_what_the_other_says(services, shop):
    photos = [
        table(shop, f"photos-{turn}.csv", "photo", lambda n, t=turn: f"{60 * t + n}.png")
        for turn in (1, 2, 3)
    ]
    prices = [
        table(shop, f"prices-{turn}.csv", "price,stock", lambda n, t=turn: f"{t},{t}")
        for turn in range(10)
    ]

    one, other = importing(shop, *photos), importing(shop, *prices)
    both = [ended(one), ended(other)]

    assert both == [True, True]
    assert {(each.price_cents, each.stock) for each in held(services).values()} == {(900, 9)}
    assert len({each.digests for each in held(services).values()}) == PRODUCTS
    assert verify(services=services).problems == ()


def test_what_people_do_during_an_import_stands(services, shop):
    tables = [
        table(shop, f"new-{turn}.csv", "photo,category", lambda n, t=turn: f"{60 * t + n}.png,File")
        for turn in (1, 2, 3)
    ]
    process = importing(shop, *tables)

    for number in range(PRODUCTS):
        if number % 2:
            label_product(f"P{number}", "Person", services=services)
        else:
            record_batch([ProductRecord(f"P{number}", {"stock": 77})], services=services)

    assert ended(process)
    found = held(services)
    assert {found[f"P{n}"].human_category for n in range(1, PRODUCTS, 2)} == {"Person"}
    assert {found[f"P{n}"].stock for n in range(0, PRODUCTS, 2)} == {77}
    assert {found[f"P{n}"].human_category for n in range(0, PRODUCTS, 2)} == {"File"}
    assert verify(services=services).problems == ()


def test_what_is_removed_during_an_import_does_not_come_back(services, shop):
    stock = [table(shop, f"s{turn}.csv", "stock", lambda n, t=turn: str(t)) for turn in range(8)]
    process = importing(shop, *stock)

    removed = remove_products([f"P{n}" for n in range(20)], services=services)

    process.communicate(timeout=120)  # its rows of these products are refused, or came before
    assert removed == [f"P{n}" for n in range(20)]
    assert held(services).keys() == {f"P{n}" for n in range(20, PRODUCTS)}
    assert verify(services=services).problems == ()


def test_another_model_is_promoted_during_an_import(services, shop):
    new = [
        table(shop, f"n{turn}.csv", "photo", lambda n, t=turn: f"{60 * t + n}.png")
        for turn in (1, 2)
    ]
    process = importing(shop, *new)
    other = model_of(SECOND, "other")

    promoted = False
    while not promoted:  # photos may come in between
        read_missing(other, services=services)
        with suppress(NotReady):
            promote_model(other, services=services)
            promoted = True

    assert ended(process)
    assert services.model.fingerprint == SECOND.fingerprint
    assert verify(services=services).problems == ()
