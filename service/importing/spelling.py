"""Rows of an import with their SKUs as the catalogue spells them."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice

from catalog.spellings import spellings
from embeddings import names
from service.importing.report import RowError, RowNote
from service.importing.row import Row
from service.wiring import Services

_AT_A_TIME = 256  # rows; as many as are recorded at a time


def as_known(
    rows: Iterable[Row | RowNote | RowError], *, services: Services
) -> Iterator[Row | RowNote | RowError]:
    """Give the rows with each SKU as the catalogue spells it, or as the first row did."""
    first: dict[str, str] = {}  # spelling by key, of SKUs that the catalogue does not know
    rest = iter(rows)
    while chunk := list(islice(rest, _AT_A_TIME)):
        known = _known({row.sku for row in chunk if isinstance(row, Row)}, services)
        for row in chunk:
            if not isinstance(row, Row) or not row.sku:
                yield row
                continue
            spelled = known.get(row.sku) or first.setdefault(names.key(row.sku), row.sku)
            yield row if spelled == row.sku else replace(row, sku=spelled)


def _known(skus: set[str], services: Services) -> dict[str, str]:
    if not services.settings.database.exists():
        return {}  # opening it would make it
    with services.database.reading() as session:
        return spellings(session, skus, names.key)
