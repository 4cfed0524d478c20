"""How many pairs a second are merged, and brought back, in a shop of some thousand products.

    python -m tests.benchmarks.decided_pairs [--products 3000] [--pairs 400]

Pictures are drawn and read without a network, so that what is counted is the catalogue's work. The
rates are of processor time: a busy machine does not change them.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from catalog.duplicates.pairs import PairFilter
from catalog.duplicates.tables import Kind
from service.access.actor import at_the_machine
from service.duplicates.bulk import decide_bulk, steps_looked_at
from service.duplicates.decision import Verdict
from service.duplicates.previewing import preview_bulk
from service.duplicates.searching import find_all
from service.settings.environment import Settings
from service.stock.record import record_batch
from service.stock.undoing import undo
from service.wiring import Services, build_services
from tests.patterns import garment
from tests.stock_of_pictures import PictureEncoder, product_of

_BATCH, _SIDE = 64, 48
_WANTED = PairFilter(kind=Kind.SAME_PICTURE)
_ME = at_the_machine()
_Result = TypeVar("_Result")


def fill(services: Services, products: int, pairs: int) -> None:
    """Bring products in, and the first of them once more under other SKUs."""
    numbers = [(f"P-{number}", number) for number in range(products - pairs)]
    numbers += [(f"AGAIN-{number}", number) for number in range(pairs)]
    for start in range(0, len(numbers), _BATCH):
        some = numbers[start : start + _BATCH]
        items = [product_of(services, sku, garment(each, side=_SIDE)) for sku, each in some]
        record_batch(items, services=services)
    find_all(services=services)


def timed(what: str, pairs: int, act: Callable[[], _Result]) -> _Result:
    """Do something to so many pairs, and print how long each took."""
    began = time.process_time()
    result = act()
    took_s = time.process_time() - began
    print(f"{what:28} {1_000 * took_s / pairs:6.1f} ms a pair, {pairs / took_s:5.0f} a second")
    return result


def run(products: int, pairs: int) -> None:
    """Fill a shop, merge all that came twice, undo that, and do it again."""
    with tempfile.TemporaryDirectory() as home:
        services = build_services(Settings(home=Path(home)), PictureEncoder())
        fill(services, products, pairs)
        digest = preview_bulk(_WANTED, Verdict.MERGE, services=services).digest
        looked = steps_looked_at(_WANTED, digest, services=services)
        found = sum(map(len, looked.steps))
        print(f"{products:,} products, {found:,} pairs")

        merged = timed(
            "merged",
            found,
            lambda: decide_bulk(
                looked.steps, Verdict.MERGE, by=_ME, services=services, asked_at=looked.at
            ),
        )
        assert (merged.decided, merged.change is None) == (found, False), merged
        number = merged.change or 0
        back = timed("undone", found, lambda: undo(number, by=_ME, services=services))
        again = back.number or 0
        timed("merged again by an undo", found, lambda: undo(again, by=_ME, services=services))
        services.close()


def main() -> None:
    """Run it as asked for."""
    asked = argparse.ArgumentParser(prog="python -m tests.benchmarks.decided_pairs")
    asked.add_argument("--products", type=int, default=3_000)
    asked.add_argument("--pairs", type=int, default=400)
    given = asked.parse_args()
    run(given.products, given.pairs)


if __name__ == "__main__":
    main()
