"""What the staff's list costs at 70,000 products: `python -m tests.benchmarks.stock_list`.

Milliseconds of the processor, the least of some tries, as other work on the machine does not count.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from catalog.filters import Filters
from catalog.stock_filters import Lacks, StockFilters, WhoseWord
from catalog.stock_list import skus_of
from catalog.stock_order import Order, Place, Sort
from catalog.stored import ProductRecord
from service.access.actor import at_the_machine
from service.settings.environment import Settings
from service.stock.record import record_batch
from service.stock.undoing import undo
from service.stockroom.bulk import WITHDRAW, Selection, change_many, deed_of, preview
from service.stockroom.listing import figures, listed
from service.wiring import Services, build_services
from tests.benchmarks.large_shop import BATCH, fill
from tests.benchmarks.under_changes import BUNDLE

TRIES = 5
FILTERS = {
    "everything": StockFilters(),
    "words": StockFilters(words="coat 12"),
    "a brand and a colour": StockFilters(words="maison 7 rosé"),
    "a word of none": StockFilters(words="galoshes"),
    "a category": StockFilters(Filters(category="Coat")),
    "doubtful": StockFilters(decided=WhoseWord.DOUBTFUL),
    "without a picture": StockFilters(lacks=Lacks.PICTURE),
}
MANY = 1_000


def cpu_ms(work: Callable[[], object], tries: int = TRIES) -> float:
    """Give the least that some work takes of the processor."""
    times = []
    for _ in range(tries):
        begun = time.process_time()
        work()
        times.append(1000 * (time.process_time() - begun))
    return min(times)


def describe(services: Services) -> None:
    """Give the products brands, sizes, styles and colours, of which there are none."""
    every = Selection(filters=StockFilters())
    with services.database.reading() as session:
        ids = every.ids(session, services)
    colours = "Rosé", "Nachtblau", "Vert d'eau", "Schwarz"
    for first in range(0, len(ids), BATCH):
        with services.database.reading() as session:
            skus = skus_of(session, ids[first : first + BATCH])
        items = [
            ProductRecord(
                sku,
                {
                    "brand": f"Maison {number % 200}",
                    "size": "SML"[number % 3],
                    "style": f"STYLE-{number // 5}",
                    "shop_colour": colours[number % 4],
                },
            )
            for number, sku in enumerate(skus, first)
        ]
        record_batch(items, services=services)


def pages(services: Services) -> None:
    """Print what a page costs, the first and one deep in the list, with its count."""
    print(f"{'':20}{'first page':>12}{'deep page':>12}   ms, the worst of {len(Sort)} orders")
    for name, filters in FILTERS.items():
        first, deep = 0.0, 0.0
        for by in Sort:
            asked = partial(listed, filters, services=services)
            end = asked(Order(by, down=False), None).rows
            place = Place(end[-1].at, end[-1].id) if end else None
            first = max(first, cpu_ms(partial(asked, Order(by), None)))
            deep = max(deep, cpu_ms(partial(asked, Order(by), place)))
        print(f"{name:20}{first:12.1f}{deep:12.1f}")
    print(f"{'what wants a look':20}{cpu_ms(lambda: figures(services=services)):12.1f}")


def many(services: Services) -> None:
    """Print what a change of many costs a product, and its undo."""
    every = Selection(filters=StockFilters())
    deed = deed_of("brand", "Acme")
    took = cpu_ms(lambda: preview(every, deed, services=services), tries=2)
    print(f"a look at a change of all of them {took:.0f} ms")
    with services.database.reading() as session:
        ids = every.ids(session, services)[:MANY]
    for doing in (deed_of("size", "M"), deed_of("category", "Hat"), WITHDRAW):
        begun = time.process_time()
        done = change_many(ids, doing, by=at_the_machine(), services=services)
        middle = time.process_time()
        assert done.number is not None
        assert undo(done.number, by=at_the_machine(), services=services).products == done.changed
        end = time.process_time()
        each, back = (1000 * span / done.changed for span in (middle - begun, end - middle))
        print(f"{doing.name:20} {each:.2f} ms a product, its undo {back:.2f} ms")


def main() -> None:
    """Fill a shop, and measure."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.stock_list")
    parser.add_argument("--products", type=int, default=70_000)
    parser.add_argument("--home", type=Path, help="a shop that was filled before")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        services = build_services(Settings(home=given.home or Path(folder), bundle=BUNDLE))
        if given.home is None:
            fill(services, given.products)
            describe(services)
        pages(services)
        many(services)
        services.close()


if __name__ == "__main__":
    main()
