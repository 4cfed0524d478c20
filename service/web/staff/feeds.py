"""Feeds as the staff see them: added, read on a schedule or at once, and removed."""

from flask import Blueprint, Response, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from service.errors import BadFeed
from service.feeds import adding, beginning, keeping
from service.feeds.adding import ENDINGS
from service.problems import SEE_OTHER, problem_of
from service.web.guard.current import actor
from service.web.guard.values import sent
from service.web.requests.current import services

bp = Blueprint("staff_feeds", __name__, url_prefix="/staff/feeds")


@bp.get("", endpoint="feeds")
def every() -> Response:
    """List the feeds."""
    return _page()


@bp.post("")
def add() -> BaseResponse:
    """Add a feed at an address: a file of this machine is named on its command line alone."""
    typed = {name: sent(name) for name in ("address", "every", "name", "ending", "withdraws")}
    try:
        adding.add(
            typed["address"],
            adding.minutes_of(typed["every"]),
            name=typed["name"] or None,
            withdraws=bool(typed["withdraws"]),
            ending=typed["ending"] or None,
            options={},
            by=actor(),
            services=services(),
        )
    except BadFeed as error:
        return _page(error, typed)
    return redirect(url_for("staff_feeds.feeds"), SEE_OTHER)


@bp.post("/run")
def run() -> BaseResponse:
    """Have a feed read now, by a worker."""
    try:
        job = beginning.read_now(
            sent("name"), anyway=bool(sent("anyway")), by=actor(), services=services()
        )
    except BadFeed as error:
        return _page(error)
    return redirect(url_for("staff_jobs.job", number=job.number), SEE_OTHER)


@bp.post("/remove")
def remove() -> BaseResponse:
    """Remove a feed; the products that came by it stay."""
    try:
        keeping.remove(sent("name"), by=actor(), services=services())
    except BadFeed as error:
        return _page(error)
    return redirect(url_for("staff_feeds.feeds"), SEE_OTHER)


def _page(fault: BadFeed | None = None, typed: dict[str, str] | None = None) -> Response:
    page = render_template(
        "staff/feeds.html",
        feeds=keeping.listed(services=services()),
        endings=ENDINGS,
        fault=fault,
        typed=typed or {},
    )
    return make_response(page, problem_of(fault).status if fault else None)
