"""Feeds as the staff see them: added, changed, read on a schedule or at once, and removed."""

from collections.abc import Mapping

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from catalog.errors import BadSource
from service.errors import BadFeed
from service.feeds import adding, beginning, keeping
from service.feeds.adding import ENDINGS
from service.importing.maps import kept_maps
from service.importing.reading_as import changed_options
from service.problems import SEE_OTHER, problem_of
from service.web.guard.current import actor
from service.web.guard.values import sent
from service.web.requests.current import services

bp = Blueprint("staff_feeds", __name__, url_prefix="/staff/feeds")
bp.add_app_template_filter(adding.every_of, "often")

_FIELDS = (
    *("address", "every", "name", "ending", "withdraws"),
    *("map_from", "currency", "encoding"),
)
_AS_IT_IS = "-"  # of the list of maps: the one that was taken stays


@bp.get("", endpoint="feeds")
def every() -> Response:
    """List the feeds."""
    return _page()


@bp.post("")
def add() -> BaseResponse:
    """Add a feed at an address: a file of this machine is named on its command line alone."""
    typed = _typed()
    try:
        number = adding.add(
            typed["address"],
            adding.minutes_of(typed["every"]),
            name=typed["name"] or None,
            withdraws=bool(typed["withdraws"]),
            ending=typed["ending"] or None,
            options=changed_options(typed, services=services()),
            by=actor(),
            services=services(),
        )
    except (BadFeed, BadSource) as error:
        return _page(error, typed)
    return redirect(url_for("staff_feeds.feeds", done=number), SEE_OTHER)


@bp.get("/<int:number>")
def edit(number: int) -> Response:
    """Show what is said of a feed, to be changed."""
    return _sheet(number)


@bp.post("/<int:number>")
def change(number: int) -> BaseResponse:
    """Change what is said of a feed; what has come by it stays known."""
    typed = _typed()
    # The list says "as it is" where it is to stay.
    said = {name: value for name, value in typed.items() if value != _AS_IT_IS}
    try:
        adding.change(
            number,
            name=typed["name"] or None,
            address=typed["address"] or None,
            ending=typed["ending"] or None,
            every_minutes=adding.minutes_of(typed["every"]),
            withdraws=bool(typed["withdraws"]),
            options=changed_options(said, services=services()),
            by=actor(),
            services=services(),
        )
    except (BadFeed, BadSource) as error:
        return _sheet(number, error, typed)
    return redirect(url_for("staff_feeds.feeds", done=number), SEE_OTHER)


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


def _typed() -> dict[str, str]:
    return {name: sent(name).strip() for name in _FIELDS}


def _page(
    fault: BadFeed | BadSource | None = None, typed: Mapping[str, str] | None = None
) -> Response:
    every = keeping.listed(services=services())
    done = request.args.get("done", "")
    page = render_template(
        "staff/feeds.html",
        feeds=every,
        done=next((feed for feed in every if str(feed.number) == done), None),
        fault=fault,
        typed=typed or {"every": "6h"},
        **_choices(),
    )
    return make_response(page, problem_of(fault).status if fault else None)


def _sheet(
    number: int,
    fault: BadFeed | BadSource | None = None,
    typed: Mapping[str, str] | None = None,
) -> Response:
    feed = keeping.shown(number, services=services())
    now = {
        "name": feed.name,
        "every": adding.every_of(feed.every_minutes),
        "ending": str(feed.options.get("file", "")).rpartition(".")[2],
        "map_from": _AS_IT_IS,
        "currency": feed.options.get("currency") or "",
        "encoding": feed.options.get("encoding") or "",
        "withdraws": "1" if feed.withdraws else "",
    }
    page = render_template(
        "staff/feed.html",
        feed=feed,
        fault=fault,
        typed=typed or now,
        as_it_is=_AS_IT_IS,
        **_choices(),
    )
    return make_response(page, problem_of(fault).status if fault else None)


def _choices() -> dict[str, object]:
    settings = services().settings
    named = f"{settings.fetch_hosts or ''},{settings.fetch_private or ''}".split(",")
    return {
        "hosts": sorted({each for each in named if each}),
        "endings": ENDINGS,
        "maps": kept_maps(services=services()),
    }
