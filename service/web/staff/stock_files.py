"""Products as a file: those that the list shows, or those that were ticked."""

import io
from collections.abc import Iterable, Mapping
from itertools import islice
from tempfile import SpooledTemporaryFile
from urllib.parse import parse_qsl

from flask import Blueprint, Response, request

from service.errors import BadRequestValue
from service.stock.exporting import COLUMNS
from service.stockroom.listing import exported
from service.tables.record_files import Value, text_records
from service.web.guard.values import sent, sent_several
from service.web.requests.current import services
from service.web.requests.sent_files import passing
from service.web.staff.stock_query import LONGEST_QUERY, stock_query

bp = Blueprint("staff_stock_files", __name__, url_prefix="/staff/stock")

MOST_IN_WORKBOOK = 2_000
"""Products in a workbook: its rows take tens of times as long to write as those of a CSV, about a
second of the processor for so many, in which searches wait."""

_IN_MEMORY = 4 * 2**20  # bytes of a download; a longer one goes to a file that nobody sees
_ALL = "all"
_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("/export.csv")
def table() -> Response:
    """Give the products that are asked for as a CSV, which an import reads again."""
    return as_csv(exported(stock_query(request.args).filters, services=services()))


@bp.get("/export.xlsx")
def workbook() -> Response:
    """Give them as an Excel workbook, likewise."""
    return _xlsx(exported(stock_query(request.args).filters, services=services()))


@bp.post("/export")
def ticked() -> Response:
    """Give those that were ticked, or all that match."""
    asked = stock_query(dict(parse_qsl(sent("query", LONGEST_QUERY))))
    skus = () if sent("which") == _ALL else sent_several("sku")
    if not skus and sent("which") != _ALL:
        rule = "tick some products first, or choose all that match"
        raise BadRequestValue(rule, {"sku": [rule]})
    records = exported(asked.filters, skus, services=services())
    return _xlsx(records) if sent("format") == "xlsx" else as_csv(records)


def as_csv(records: Iterable[Mapping[str, Value]], name: str = "stock.csv") -> Response:
    """Give products as a CSV, to be saved under a name."""
    # Written before anything is sent: who reads slowly is not to hold the catalogue's instant.
    file = _temporary()
    text = io.TextIOWrapper(file, "utf-8", newline="")
    rows = text_records(text, "csv", COLUMNS)
    for record in records:
        rows.write(record)
    text.flush()
    text.detach()
    return passing(file, name, "text/csv; charset=utf-8")


def _xlsx(records: Iterable[Mapping[str, Value]]) -> Response:
    some = list(islice(records, MOST_IN_WORKBOOK + 1))
    if len(some) > MOST_IN_WORKBOOK:
        raise BadRequestValue(
            f"a workbook takes at most {MOST_IN_WORKBOOK} products: narrow the list, "
            "or take the CSV"
        )
    from service.tables.workbook_file import WorkbookRecords  # loads 200 modules of openpyxl

    book = WorkbookRecords("Stock", COLUMNS)
    for record in some:
        book.write(record)
    file = _temporary()
    book.save(file)
    return passing(file, "stock.xlsx", _WORKBOOK)


def _temporary() -> "SpooledTemporaryFile[bytes]":
    """Open a file that the response closes."""
    return SpooledTemporaryFile(_IN_MEMORY)
