"""The shop that travels with the service: colour photos of the clothing dataset, and samples.

`lookalike-train demo-stock` chooses them; they come in by an import like any other.
"""

import csv
import shutil
from collections.abc import Iterator
from functools import cache
from itertools import islice
from pathlib import Path

from service.demo.shop import refuse_own_products
from service.importing.opening import SourceOptions, open_source
from service.importing.report import ImportReport, RowError, RowNote
from service.importing.row import Row
from service.importing.running import import_rows
from service.importing.source import Source
from service.progress import Progress, no_progress
from service.stock.record import known_sources
from service.wiring import Services

STOCK = Path(__file__).parent / "stock"
TABLE = STOCK / "stock.csv"


@cache
def skus() -> tuple[str, ...]:
    """Name the products, in the order in which they come in."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return tuple(row["sku"] for row in csv.DictReader(file))


def is_filled(count: int, *, services: Services) -> bool:
    """Return whether the first `count` products are all there."""
    return len(known_sources(skus()[:count], services=services)) == count


def fill(count: int, *, services: Services, progress: Progress = no_progress) -> ImportReport:
    """Bring the first `count` products into the catalogue, and lay the samples beside it.

    Raises:
        OwnCatalogue: the catalogue holds products that are not of this demonstration.
    """
    refuse_own_products(skus(), services=services)
    settings = services.settings
    settings.samples.mkdir(parents=True, exist_ok=True)
    for sample in sorted(STOCK.glob("samples/*.jpg")):
        shutil.copyfile(sample, settings.samples / sample.name)
    with open_source(TABLE, SourceOptions(), settings.max_upload_bytes) as source:
        return import_rows(_First(source, count), services=services, progress=progress)


class _First:
    """The first rows of a source."""

    ignored = 0

    def __init__(self, source: Source, count: int) -> None:
        self._source = source
        self._count = count

    def count(self) -> int | None:
        return self._count

    def rows(self) -> Iterator[Row | RowNote | RowError]:
        return islice(self._source.rows(), self._count)

    def read(self, photo: str) -> bytes:
        return self._source.read(photo)

    def is_elsewhere(self, photo: str) -> bool:
        return self._source.is_elsewhere(photo)
