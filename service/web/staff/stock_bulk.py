"""Many products changed at once: looked at first, then done."""

from urllib.parse import parse_qsl

from flask import Blueprint, Response, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from catalog.stock_list import StockRow
from service.errors import BadRequestValue
from service.jobs.kinds.changing_many import ask_to_change
from service.problems import SEE_OTHER, problem_of
from service.stock.exporting import facts_of
from service.stock.patience import MOST_AT_ONCE
from service.stockroom.bulk import (
    CHANGEABLE,
    WITHDRAW,
    Deed,
    Selection,
    change_many,
    chosen,
    deed_of,
    preview,
)
from service.web.guard.current import actor
from service.web.guard.values import sent, sent_several
from service.web.requests.current import services
from service.web.staff.stock_query import LONGEST_QUERY, StockQuery, stock_query

bp = Blueprint("staff_bulk", __name__, url_prefix="/staff/stock/many")

_ALL, _WITHDRAW = "all", "withdraw"


@bp.post("/preview", endpoint="preview")
def look() -> Response:
    """Show what would be done to which products."""
    asked = _asked()
    skus = () if sent("which") == _ALL else sent_several("sku")
    try:
        if not skus and sent("which") != _ALL:
            rule = "tick some products first, or choose all that match"
            raise BadRequestValue(rule, {"sku": [rule]})
        deed = _deed()
        found = preview(_selection(asked, skus), deed, services=services())
    except BadRequestValue as error:
        return _page(asked, fault=error, skus=skus, chosen=bool(skus) or sent("which") == _ALL)
    return _page(asked, deed=deed, found=found, skus=skus)


@bp.post("")
def apply() -> BaseResponse:
    """Do what was looked at."""
    asked = _asked()
    skus = sent_several("sku")
    try:
        deed = _deed()
        ids = chosen(_selection(asked, skus), sent("digest"), services=services())
        if len(ids) > MOST_AT_ONCE:
            column = None if deed.withdraws else sent("column")
            job = ask_to_change(ids, column, sent("value"), by=actor(), services=services())
            return redirect(url_for("staff_jobs.job", number=job.number), SEE_OTHER)
        done = change_many(ids, deed, by=actor(), services=services())
    except BadRequestValue as error:
        return _page(asked, fault=error, skus=skus, chosen=True)
    if done.number is None:
        return redirect(asked.link(), SEE_OTHER)
    return redirect(url_for("staff_changes.change", number=done.number, done=1), SEE_OTHER)


def shown_value(row: StockRow, column: str) -> str:
    """Write a fact of a product as a table has it."""
    value = facts_of(row).get(column)
    return "" if value is None else str(value)


def _asked() -> StockQuery:
    return stock_query(dict(parse_qsl(sent("query", LONGEST_QUERY))))


def _selection(asked: StockQuery, skus: tuple[str, ...]) -> Selection:
    return Selection(skus) if skus else Selection(filters=asked.filters)


def _deed() -> Deed:
    return WITHDRAW if sent("column") == _WITHDRAW else deed_of(sent("column"), sent("value"))


def _page(asked: StockQuery, *, fault: BadRequestValue | None = None, **more: object) -> Response:
    page = render_template(
        "staff/stock_bulk.html",
        asked=asked,
        query=sent("query", LONGEST_QUERY),
        column=sent("column"),
        value=sent("value"),
        fault=fault,
        deed_value=shown_value,
        changeable=CHANGEABLE,
        **more,
    )
    return make_response(page, problem_of(fault).status if fault else None)
