"""Real processes over one catalogue."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from catalog.filters import Filters
from service.finding.browse import products_page
from service.finding.search import find_similar
from service.stock.changing import label_product, remove_products
from service.stock.record import record_batch
from service.upkeep.verify import verify
from service.wiring import build_services
from tests.fakes import MeanColourEncoder, plain_photo
from tests.shop import product

ROOT = Path(__file__).parents[3]
RED = plain_photo((250, 10, 10))

# Answers each line of its input with what a search finds: the other process of these tests.
SEARCHER = """
import json, sys
from pathlib import Path
from catalog.filters import Filters
from service.finding.search import find_similar
from service.settings.environment import Settings
from service.wiring import build_services
from tests.fakes import MeanColourEncoder, plain_photo
services = build_services(Settings(home=Path(sys.argv[1])), MeanColourEncoder())
for line in sys.stdin:
    wanted = Filters(category=json.loads(line))
    found = find_similar(plain_photo((250, 10, 10)), wanted, 1, 40, services=services)
    print(json.dumps([found.total, [hit.product.sku for hit in found.hits]]), flush=True)
"""
IMPORTER = """
import sys
from pathlib import Path
from service.settings.environment import Settings
from service.stock.record import record_batch
from service.wiring import build_services
from tests.fakes import MeanColourEncoder
from tests.shop import product
services = build_services(Settings(home=Path(sys.argv[1])), MeanColourEncoder())
for number in range(20):
    item = product(services, f"{sys.argv[2]}-{number}", (number, 9, int(sys.argv[3])))
    shared = product(services, f"SHARED-{number}", (200, number, 9))
    assert not record_batch([item, shared], services=services).retry
"""


def start(code, *arguments):
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def searcher(filled):
    process = start(SEARCHER, filled.settings.home)

    def ask(category=None):
        process.stdin.write(json.dumps(category) + "\n")
        process.stdin.flush()
        return json.loads(process.stdout.readline())

    yield ask
    process.communicate(timeout=30)
    assert process.returncode == 0


def answer(services, category=None):
    found = find_similar(RED, Filters(category=category), 1, 40, services=services)
    return [found.total, [hit.product.sku for hit in found.hits]]


def test_two_processes_answer_alike_after_every_change(filled, searcher):
    changes = [
        lambda: remove_products(["RED-00", "GREEN-01"], services=filled),
        lambda: record_batch([product(filled, "NEW", (249, 11, 11))], services=filled),
        lambda: label_product("NEW", "hat", services=filled),
        lambda: filled.index.save_snapshot(),
        lambda: record_batch([product(filled, "NEW", (11, 11, 249))], services=filled),
    ]
    assert searcher() == answer(filled)

    for change in changes:
        change()

        for category in (None, "red", "hat"):
            assert searcher(category) == answer(filled, category)


def test_processes_that_import_at_once_lose_and_double_nothing(services):
    importers = [
        start(IMPORTER, services.settings.home, name, number)
        for number, name in enumerate(("A", "B", "C"))
    ]

    codes = [importer.wait(timeout=120) for importer in importers]
    for importer in importers:
        importer.communicate()

    found = products_page(Filters(), 1, 200, services=services)
    assert codes == [0, 0, 0]
    assert found.total == 80
    assert len({each.id for each in found.products}) == 80
    assert verify(services=services).problems == ()


def test_many_threads_of_cold_parts_answer_alike(filled):
    cold = build_services(filled.settings, MeanColourEncoder())

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: answer(cold), range(16)))

    assert all(each == answer(filled) for each in answers)
    cold.close()
