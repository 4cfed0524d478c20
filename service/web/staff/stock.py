"""The list of all products: searched, sorted, narrowed and ticked."""

from flask import Blueprint, render_template, request

from catalog.stock_order import Sort
from service.finding.browse import category_counts, colour_counts
from service.stockroom.bulk import CHANGEABLE
from service.stockroom.listing import figures, listed
from service.web.requests.current import services
from service.web.staff.stock_files import MOST_IN_WORKBOOK
from service.web.staff.stock_query import stock_query

bp = Blueprint("staff_stock", __name__, url_prefix="/staff/stock")

_VALUES = 100  # of a fact, that are offered


@bp.get("")
def stock() -> str:
    """List products."""
    parts = services()
    asked = stock_query(request.args)
    counts = parts.facts.current()
    return render_template(
        "staff/stock.html",
        found=listed(asked.filters, asked.order, asked.place, services=parts),
        asked=asked,
        figures=None if asked.narrows else figures(services=parts),
        sorts=Sort,
        counts=category_counts(services=parts),
        colours=colour_counts(services=parts),
        facts={
            name: [each.value for each in counts[name].values[:_VALUES]]
            for name in ("brand", "gender", "size")
        },
        changeable=CHANGEABLE,
        most_in_workbook=MOST_IN_WORKBOOK,
    )
