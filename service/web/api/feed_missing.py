"""What is missing from a feed, over HTTP: listed, withdrawn by a job, or left to stay."""

from flask import Blueprint, Response, request

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
from service.feeds import missing
from service.stock.exporting import facts_of
from service.web.api.answers import answer
from service.web.api.begun import begun, once_of
from service.web.api.bodies import JSON, json_fields
from service.web.api.described import Body, Operation, described
from service.web.api.feed_schemas import (
    FeedKeepIn,
    FeedKeptOut,
    FeedMissingOut,
    MissingQuery,
    WithdrawIn,
)
from service.web.api.job_schemas import JobOut
from service.web.guard.current import actor
from service.web.requests import addresses
from service.web.requests.current import services
from service.web.requests.reading import read_values
from service.writing.idempotency import HEADER

bp = Blueprint("api_feed_missing", __name__, url_prefix="/api/v1/feeds/<int:feed>")

_ONE = (NotSignedIn, CatalogueBusy, NotReady, UnknownFeed)
_WRITES = (*_ONE, ForgedForm, BadRequestValue, NotAForm, UploadTooLarge, BadFeed)


@bp.get("/missing")
@described(
    Operation(
        summary="List the products that came by a feed and are not in its file any more",
        query=MissingQuery,
        answer=FeedMissingOut,
        problems=(*_ONE, BadRequestValue),
        tag="feeds",
    )
)
def missing_from(feed: int) -> Response:
    """List what is missing from a feed, some at a time."""
    asked = read_values(MissingQuery, request.args)
    found = missing.missing_page(feed, asked["page"], asked["per_page"], services=services())
    root = addresses.root()
    products = [
        {
            "sku": each.sku,
            "title": facts_of(each)["title"],
            "category": each.category,
            "stock": facts_of(each)["stock"],
            "photo_url": None if each.digest is None else f"{root}/photos/{each.digest}",
        }
        for each in found.products
    ]
    pages = {"total": found.total, "page": found.page, "pages": found.pages}
    return answer({"products": products, **pages, "digest": found.digest})


@bp.post("/withdraw")
@described(
    Operation(
        summary="Have all that is missing withdrawn, if it is as many as is said",
        body=Body(JSON, WithdrawIn),
        headers=(HEADER,),
        answer=JobOut,
        statuses=(202,),
        problems=(*_WRITES, UnknownJob),
        tag="feeds",
    )
)
def withdraw(feed: int) -> Response:
    """Have what is missing withdrawn, by a job whose change can be undone."""
    asked = json_fields(WithdrawIn)
    job = missing.withdraw_missing(
        feed,
        asked["count"],
        digest=asked["digest"],
        by=actor(),
        services=services(),
        once=once_of(asked),
    )
    return begun(job)


@bp.post("/keep")
@described(
    Operation(
        summary="Let products stay that are missing, until the file has named them again",
        body=Body(JSON, FeedKeepIn),
        headers=(HEADER,),
        answer=FeedKeptOut,
        problems=_WRITES,
        tag="feeds",
    )
)
def keep(feed: int) -> Response:
    """Let these stay, or all that are missing."""
    asked = json_fields(FeedKeepIn)
    if bool(asked["skus"]) == (asked["count"] is not None):
        raise BadRequestValue("say which products stay by skus, or that all do by count")
    kept = missing.keep_missing(
        feed,
        asked["count"],
        skus=asked["skus"],
        digest=asked["digest"],
        by=actor(),
        services=services(),
        once=once_of(asked),
    )
    return answer({"products": kept})


@bp.post("/ask-again")
@described(
    Operation(
        summary="Let what was to stay be missing again",
        answer=FeedKeptOut,
        problems=(*_ONE, ForgedForm),
        tag="feeds",
    )
)
def ask_again(feed: int) -> Response:
    """Ask again about what was to stay."""
    return answer({"products": missing.ask_again(feed, by=actor(), services=services())})
