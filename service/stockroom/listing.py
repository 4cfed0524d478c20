"""The list of all products, and one product with all that is said of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from catalog.exported import WholeProduct, products_by_sku
from catalog.marks import present_mark
from catalog.stock_figures import StockFigures, stock_figures
from catalog.stock_filters import StockFilters
from catalog.stock_list import (
    StockPage,
    StockRow,
    ids_of_skus,
    rows_of,
    skus_of,
    stock_ids,
    stock_page,
)
from catalog.stock_order import Order, Place
from service.finding.offered import offer
from service.index.widening import widened
from service.stock.exporting import record_of
from service.stock.meant import product_meant
from service.stockroom.named import named_by
from service.tables.record_files import Value
from service.wiring import Services

PER_PAGE = 50
_AT_ONCE = 1_000


def widest(filters: StockFilters, services: Services) -> StockFilters:
    """Let a category hold what belongs to it in the model's tree, and words what they name."""
    shown = widened(filters.shown, offer(services).tree)
    return replace(filters, shown=shown, named=named_by(filters.words, services=services))


def listed(
    filters: StockFilters, order: Order, place: Place | None, *, services: Services
) -> StockPage:
    """Return a page of the products that satisfy the filters."""
    with services.database.reading() as session:
        return stock_page(session, widest(filters, services), order, place, PER_PAGE)


def figures(*, services: Services) -> StockFigures:
    """Count the products that want a look."""
    with services.database.reading() as session:
        return stock_figures(session)


@dataclass(frozen=True, slots=True)
class StaffProduct:
    """A product as somebody sees it who is about to change it."""

    row: StockRow
    whole: WholeProduct
    mark: str  # of this very state


def staff_product(sku: str, *, services: Services) -> StaffProduct:
    """Load a product by its SKU, however a person writes it. Raises: UnknownProduct."""
    with services.database.reading() as session:
        product = product_meant(session, sku)
        [row] = rows_of(session, [product.id])
        whole = products_by_sku(session, [product.sku])[product.sku]
        mark = present_mark(session, product.sku)
        assert mark is not None  # it is there, in this instant
        return StaffProduct(row, whole, mark)


def exported(
    filters: StockFilters, skus: Sequence[str] = (), *, services: Services
) -> Iterator[dict[str, Value]]:
    """Give the records of an export of one instant: of these products, or of those that fit."""
    wanted = widest(filters, services)
    with services.database.reading() as session:
        ids = ids_of_skus(session, skus) if skus else stock_ids(session, wanted)
        for first in range(0, len(ids), _AT_ONCE):
            some = skus_of(session, ids[first : first + _AT_ONCE])
            found = products_by_sku(session, some)
            yield from (record_of(found[sku]) for sku in some if sku in found)
