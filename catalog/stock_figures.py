"""How many products want a look, by what they want it for: counted in one pass."""

from dataclasses import dataclass

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from catalog.models import Photo, Product
from catalog.stock_filters import StockFilters, WhoseWord, stock_conditions


@dataclass(frozen=True, slots=True)
class StockFigures:
    """Counts of products."""

    doubtful: int  # whose category the model is not sure of
    uncategorised: int
    pictureless: int
    sold_out: int
    on_sale: int


def stock_figures(session: Session) -> StockFigures:
    """Count the products of each kind, as the filters of these names find them."""
    asked = (
        StockFilters(decided=WhoseWord.DOUBTFUL),
        StockFilters(decided=WhoseWord.NOBODY),
        StockFilters(sold_out=True),
        StockFilters(on_sale=True),
    )
    sums = [func.count().filter(and_(*stock_conditions(each))) for each in asked]
    pictured = select(func.count(Photo.product_id.distinct())).scalar_subquery()
    query = select(func.count(), *sums, pictured).select_from(Product)
    row: tuple[int, ...] = tuple(session.execute(query).one())
    every, doubtful, uncategorised, sold_out, on_sale, with_picture = row
    return StockFigures(doubtful, uncategorised, every - with_picture, sold_out, on_sale)
