"""What is missing from a feed: looked at, withdrawn or left to stay, and as a file."""

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from catalog.stock_filters import StockFilters
from service.errors import BadFeed, BadRequestValue
from service.feeds.missing import (
    ask_again,
    keep_missing,
    missing_page,
    missing_skus,
    withdraw_missing,
)
from service.problems import SEE_OTHER, problem_of
from service.stockroom.listing import exported
from service.web.guard.current import actor
from service.web.guard.values import sent, sent_number, sent_several
from service.web.requests.current import services
from service.web.staff.stock_files import as_csv

bp = Blueprint("staff_missing", __name__, url_prefix="/staff/feeds/<int:number>")

PER_PAGE = 24


@bp.get("/missing", endpoint="missing")
def look(number: int) -> Response:
    """Show the products that are missing, some at a time."""
    return _page(number)


@bp.get("/missing.csv")
def download(number: int) -> Response:
    """Give all of them as a CSV, as the stock is given."""
    name, skus = missing_skus(number, services=services())
    # Of no SKU it would give all products.
    records = exported(StockFilters(), skus, services=services()) if skus else ()
    return as_csv(records, f"missing-{name}.csv")


@bp.post("/withdraw")
def withdraw(number: int) -> BaseResponse:
    """Have all that is missing withdrawn, if it is what the page showed."""
    try:
        job = withdraw_missing(
            number,
            sent_number("count", None) or 0,
            digest=sent("digest") or None,
            by=actor(),
            services=services(),
        )
    except (BadFeed, BadRequestValue) as error:
        return _page(number, error)
    return redirect(url_for("staff_jobs.job", number=job.number), SEE_OTHER)


@bp.post("/keep")
def keep(number: int) -> BaseResponse:
    """Let those stay that are ticked, or all; they are not asked about again."""
    try:
        skus = sent_several("sku")
        if not skus and not sent("all"):
            raise BadFeed("tick the products that are to stay, or keep all")
        keep_missing(
            number,
            sent_number("count", None) or 0,
            skus=() if sent("all") else skus,
            digest=sent("digest") or None,
            by=actor(),
            services=services(),
        )
    except (BadFeed, BadRequestValue) as error:
        return _page(number, error)
    return redirect(url_for("staff_missing.missing", number=number), SEE_OTHER)


@bp.post("/ask-again")
def ask(number: int) -> BaseResponse:
    """Ask again about what was to stay."""
    ask_again(number, by=actor(), services=services())
    return redirect(url_for("staff_missing.missing", number=number), SEE_OTHER)


def _page(number: int, fault: BadFeed | BadRequestValue | None = None) -> Response:
    asked = request.args.get("page", "")
    page = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1
    found = missing_page(number, max(1, page), PER_PAGE, services=services())
    shown = render_template("staff/feed_missing.html", found=found, feed=found.feed, fault=fault)
    return make_response(shown, problem_of(fault).status if fault else None)
