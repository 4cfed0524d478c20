"""The list of all products: searched, sorted, narrowed, ticked, and as a file."""

import io
from collections.abc import Iterator

from flask import Blueprint, Response, render_template, request

from catalog.stock_list import Sort
from service.finding.browse import category_counts, colour_counts
from service.stock.exporting import COLUMNS
from service.stockroom.bulk import CHANGEABLE
from service.stockroom.listing import exported, figures, listed
from service.tables.record_files import BYTE_ORDER_MARK, CsvRecords
from service.web.requests.current import services
from service.web.staff.stock_query import stock_query

bp = Blueprint("staff_stock", __name__, url_prefix="/staff/stock")

_VALUES = 100  # of a fact, that are offered
_ROWS_AT_ONCE = 200  # of a download, in one piece


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
    )


@bp.get("/export.csv")
def download() -> Response:
    """Give the products that are asked for as a CSV, which an import reads again."""
    asked = stock_query(request.args)
    records = exported(asked.filters, services=services())
    response = Response(_pieces(records), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = "attachment; filename=stock.csv"
    return response


def _pieces(records: Iterator[dict[str, str | int | float | None]]) -> Iterator[str]:
    """Write a CSV piece by piece, however long it is."""
    file = io.StringIO()
    file.write(BYTE_ORDER_MARK)
    table = CsvRecords(file, COLUMNS)
    for number, record in enumerate(records, 1):
        table.write(record)
        if number % _ROWS_AT_ONCE == 0:
            yield file.getvalue()
            file.seek(0)
            file.truncate()
    yield file.getvalue()
