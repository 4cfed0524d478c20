"""The list of all products: searched, sorted, narrowed, ticked, and as a file."""

from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from typing import TextIO, cast

from flask import Blueprint, Response, render_template, request

from catalog.stock_list import Sort
from service.finding.browse import category_counts, colour_counts
from service.stock.exporting import COLUMNS
from service.stockroom.bulk import CHANGEABLE
from service.stockroom.listing import exported, figures, listed
from service.tables.record_files import text_records
from service.web.requests.current import services
from service.web.staff.stock_query import stock_query

bp = Blueprint("staff_stock", __name__, url_prefix="/staff/stock")

_VALUES = 100  # of a fact, that are offered
_IN_MEMORY = 4 * 2**20  # bytes of a download; a longer one goes to a file that nobody sees
_PIECE = 2**16


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
    # Written before anything is sent: who reads slowly is not to hold the catalogue's instant.
    file = _temporary()
    table = text_records(cast(TextIO, file), "csv", COLUMNS)
    for record in exported(asked.filters, services=services()):
        table.write(record)
    file.seek(0)
    response = Response(_pieces(file), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = "attachment; filename=stock.csv"
    response.call_on_close(file.close)
    return response


def _temporary() -> "SpooledTemporaryFile[str]":
    """Open a file that the response closes."""
    return SpooledTemporaryFile(_IN_MEMORY, mode="w+", encoding="utf-8", newline="")


def _pieces(file: "SpooledTemporaryFile[str]") -> Iterator[str]:
    with file:
        while piece := file.read(_PIECE):
            yield piece
