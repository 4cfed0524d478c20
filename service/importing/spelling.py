"""Rows of an import with their SKUs as the catalogue spells them."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice

from catalog.spellings import before_a_program, spellings
from embeddings.files import names
from service.importing.course import Numbered
from service.importing.report import RowNote
from service.importing.row import Row
from service.wiring import Services

_AT_A_TIME = 256  # rows; as many as are recorded at a time


def as_known(
    rows: Iterable[Row | Numbered], *, services: Services
) -> Iterator[Row | Numbered | RowNote]:
    """Yield the rows with each SKU as the catalogue spells it, or as the first row did.

    Of a number that is new and that a program may have made of a product's, a note goes first.
    """
    first: dict[str, str] = {}  # spelling by key, of SKUs that the catalogue does not know
    rest = iter(rows)
    while chunk := list(islice(rest, _AT_A_TIME)):
        known, longer = _known({row.sku for row in chunk if isinstance(row, Row)}, services)
        for row in chunk:
            if not isinstance(row, Row) or not row.sku:
                yield row
                continue
            if row.sku in longer:
                yield RowNote(row.line, row.sku, _taken(longer[row.sku]))
            spelled = known.get(row.sku) or first.setdefault(names.key(row.sku), row.sku)
            yield row if spelled == row.sku else replace(row, sku=spelled)


def _known(skus: set[str], services: Services) -> tuple[dict[str, str], dict[str, str]]:
    """Return the catalogue's spellings, and what those may have been that it does not know."""
    if not services.settings.database.exists():
        return {}, {}  # opening it would make it
    with services.database.reading() as session:
        known = spellings(session, skus, names.key)
        return known, before_a_program(session, skus - known.keys())


def _taken(sku: str) -> str:
    return f"is no product, while '{sku}' is: programs make numbers of SKUs"
