"""The front page, and a search by photo: sent once, paged through by a token."""

from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from service.finding.browse import category_counts, samples
from service.finding.search import find_remembered, read_photo
from service.problems import SEE_OTHER
from service.web.pages.filter_form import narrowed, narrowing_of
from service.web.requests.current import services, web_parts
from service.web.requests.samples import sample_names
from service.web.requests.uploads import sent_values, uploaded_photo

bp = Blueprint("search", __name__)

_SAMPLES = 8


@bp.get("/")
def home() -> str:
    """Ask for a photo; offer a few of the catalogue's own to try."""
    counts = category_counts(services=services())
    return render_template(
        "home.html",
        counts=counts,
        total=sum(each.products for each in counts),
        samples=samples(counts, _SAMPLES, services=services()),
        to_try=sample_names(services().settings.samples),
        settings=services().settings,
    )


@bp.post("/search")
def search() -> BaseResponse:
    """Read the photo once, remember what was read, and show the results under a token.

    The redirect lets a shopper reload, go back and page on without sending the photo again.
    """
    parts = services()
    sent = sent_values()
    photo, decode_ms = uploaded_photo(parts.settings)
    read = read_photo(photo, services=parts)
    web_parts().metrics.observe_stages({"decode": decode_ms} | read.timing_ms)
    token = web_parts().searches.remember(read.reading, read.fingerprint)
    filters: dict[str, Any] = narrowing_of(sent)
    return redirect(url_for("search.results", token=token, **filters), SEE_OTHER)


@bp.get("/search")
def search_again() -> BaseResponse:
    """Bring someone who comes without a photo to where one is asked for."""
    return redirect(url_for("search.home"))


@bp.get("/search/<token>")
def results(token: str) -> Response:
    """Show a photo's category and the products that look like it."""
    parts = services()
    reading, fingerprint = web_parts().searches.recall(token)
    wanted = narrowed()
    found = find_remembered(
        reading,
        wanted.filters,
        wanted.page,
        parts.settings.per_page,
        services=parts,
        fingerprint=fingerprint,
        weight=wanted.weight,
        one_per_style=wanted.one_per_style,
    )
    web_parts().metrics.observe_stages(found.timing_ms)
    response = make_response(
        render_template(
            "results.html",
            found=found,
            wanted=wanted,
            token=token,
            counts=category_counts(services=parts),
            minutes=parts.settings.remember_minutes,
        )
    )
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
