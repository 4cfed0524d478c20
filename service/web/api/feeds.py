"""Feeds over HTTP: added, changed and removed by admins, read when somebody says so."""

from typing import Any

from flask import Blueprint, Response, url_for

from catalog.errors import BadSource
from service.errors import (
    BadFeed,
    BadRequestValue,
    CatalogueBusy,
    ForgedForm,
    NotAForm,
    NotReady,
    NotSignedIn,
    UnknownFeed,
    UnknownJob,
    UploadTooLarge,
)
from service.feeds import adding, beginning, keeping
from service.feeds.keeping import FeedState
from service.importing.reading_as import changed_options
from service.importing.wishes import ImportWish, options_of
from service.web.api.answers import answer
from service.web.api.begun import begun, once_of
from service.web.api.bodies import JSON, json_fields
from service.web.api.described import Body, Operation, described
from service.web.api.feed_schemas import (
    FeedChangeIn,
    FeedIn,
    FeedOut,
    FeedReadIn,
    FeedsOut,
)
from service.web.api.job_schemas import JobOut
from service.web.guard.current import actor
from service.web.requests.current import services
from service.writing.idempotency import HEADER

bp = Blueprint("api_feeds", __name__, url_prefix="/api/v1/feeds")

_ALWAYS = (NotSignedIn, CatalogueBusy, NotReady)
_ONE = (*_ALWAYS, UnknownFeed)
_WRITES = (*_ONE, ForgedForm, BadRequestValue, NotAForm, UploadTooLarge, BadFeed)
_KEY = '-H "Authorization: Bearer $KEY"'


@bp.get("")
@described(
    Operation(
        summary="List the feeds",
        answer=FeedsOut,
        problems=_ALWAYS,
        tag="feeds",
        example=f"curl {_KEY} $B/api/v1/feeds",
    )
)
def feeds() -> Response:
    """List the feeds, by name."""
    return answer({"feeds": [_told(each) for each in keeping.listed(services=services())]})


@bp.post("")
@described(
    Operation(
        summary="Add a feed, which is read at once and then every so often",
        body=Body(JSON, FeedIn),
        headers=(HEADER,),
        answer=FeedOut,
        statuses=(201,),
        problems=(*_WRITES, BadSource),
        tag="feeds",
    )
)
def add() -> Response:
    """Add a feed at an address."""
    asked = json_fields(FeedIn)
    every = adding.minutes_of(asked["every"])
    wish = ImportWish.of(asked)
    options = options_of(wish, services=services())
    number = adding.add(
        asked["address"],
        every,
        name=asked["name"],
        withdraws=asked["withdraw_missing"],
        ending=asked["format"],
        options={
            "currency": wish.currency,
            "encoding": wish.encoding,
            "map": dict(options.renaming.columns),
        },
        by=actor(),
        services=services(),
        once=once_of(asked),
    )
    response = answer(_told(keeping.shown(number, services=services())), 201)
    response.headers["Location"] = url_for("api_feeds.feed", feed=number)
    return response


@bp.get("/<int:feed>")
@described(Operation(summary="Say how a feed stands", answer=FeedOut, problems=_ONE, tag="feeds"))
def feed(feed: int) -> Response:
    """Give a feed."""
    return answer(_told(keeping.shown(feed, services=services())))


@bp.patch("/<int:feed>")
@described(
    Operation(
        summary="Change something of a feed; what came by it stays known",
        body=Body(JSON, FeedChangeIn),
        answer=FeedOut,
        problems=_WRITES,
        tag="feeds",
    )
)
def change(feed: int) -> Response:
    """Change what is said of a feed."""
    asked = json_fields(FeedChangeIn)
    adding.change(
        feed,
        name=asked.get("name"),
        address=asked.get("address"),
        ending=asked.get("format"),
        every_minutes=adding.minutes_of(asked["every"]) if "every" in asked else None,
        withdraws=asked.get("withdraw_missing"),
        options=changed_options(asked, services=services()),
        by=actor(),
        services=services(),
    )
    return answer(_told(keeping.shown(feed, services=services())))


@bp.delete("/<int:feed>")
@described(
    Operation(
        summary="Remove a feed; the products that came by it stay",
        answer=None,
        statuses=(204,),
        problems=(*_ONE, ForgedForm),
        tag="feeds",
    )
)
def remove(feed: int) -> Response:
    """Remove a feed."""
    keeping.remove(feed, by=actor(), services=services())
    return Response(status=204)


@bp.post("/<int:feed>/read")
@described(
    Operation(
        summary="Have a feed read now; the answer is the job to follow",
        body=Body(JSON, FeedReadIn),
        headers=(HEADER,),
        answer=JobOut,
        statuses=(202,),
        problems=(*_WRITES, UnknownJob),
        tag="feeds",
    )
)
def read(feed: int) -> Response:
    """Have a feed read, by a worker."""
    asked = json_fields(FeedReadIn)
    job = beginning.read_now(
        feed, anyway=asked["anyway"], by=actor(), services=services(), once=once_of(asked)
    )
    return begun(job)


def _told(feed: FeedState) -> dict[str, Any]:
    return {
        "id": feed.number,
        "name": feed.name,
        "address": feed.shown_address,
        "every": adding.every_of(feed.every_minutes),
        "withdraw_missing": feed.withdraws,
        "currency": feed.options.get("currency"),
        "encoding": feed.options.get("encoding"),
        "map": feed.options.get("map") or {},
        "next_at": feed.next_at.isoformat(timespec="seconds"),
        "read_at": None if feed.read_at is None else feed.read_at.isoformat(timespec="seconds"),
        "products": feed.products,
        "missing": feed.missing,
        "kept": feed.kept,
        "job": None if feed.job is None else feed.job.number,
        "state": None if feed.job is None else feed.job.state.value,
        "message": None if feed.job is None else feed.job.message,
        "withdrawal": None if feed.withdrawal is None else feed.withdrawal.number,
        "fault": feed.fault,
    }
