"""The review queue: one product after another, a picture and the keys that say what it is."""

from flask import (
    Blueprint,
    Response,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response as BaseResponse

from catalog.errors import ConditionFailed, Contradiction, UnknownProduct
from service.errors import BadRequestValue
from service.jobs import keeping
from service.problems import SEE_OTHER, problem_of
from service.review.asking import next_question
from service.review.deciding import decide as decided
from service.review.deciding import skip as skipped
from service.review.figures import count_unseen, last_decided, today
from service.review.question import MOST_COUNTED, NOT_A_GARMENT
from service.review.taking_back import take_back
from service.web.guard.current import actor
from service.web.guard.values import sent, sent_several
from service.web.requests.current import services

bp = Blueprint("staff_review", __name__, url_prefix="/staff/review")

_REFUSALS = (BadRequestValue, ConditionFailed, Contradiction, UnknownProduct)
_Refusal = BadRequestValue | ConditionFailed | Contradiction | UnknownProduct


@bp.get("", endpoint="review")
def shown() -> Response:
    """Show what is to be looked at next."""
    return _page()


@bp.post("/decide")
def decide() -> BaseResponse:
    """Let a category count, and go on to the next."""
    try:
        decided(
            sent("sku"),
            sent("category"),
            sent("seen"),
            by=actor(),
            services=services(),
            is_new=bool(sent("new")),
            also=sent_several("also"),
        )
    except _REFUSALS as error:
        return _page(error, typed=sent("category"))
    return _on()


@bp.post("/skip")
def skip() -> BaseResponse:
    """Let a product come again after all others."""
    try:
        skipped(
            sent("sku"),
            sent("seen"),
            by=actor(),
            services=services(),
            also=sent_several("also"),
        )
    except _REFUSALS as error:
        return _page(error)
    return _on()


@bp.post("/undo")
def undo() -> BaseResponse:
    """Take the last word or skip back, and show that product again."""
    try:
        take_back(by=actor(), services=services())
    except _REFUSALS as error:
        return _page(error)
    return _on()


@bp.post("/look")
def look() -> BaseResponse:
    """Have the neighbours of every product looked at, as a job."""
    job = keeping.create("review", {}, by=actor(), services=services(), title="the whole queue")
    return redirect(url_for("staff_jobs.job", number=job.number), SEE_OTHER)


def _on() -> BaseResponse:
    return redirect(url_for("staff_review.review"), SEE_OTHER)


def _page(fault: _Refusal | None = None, typed: str = "") -> Response:
    parts, who = services(), actor()
    question = next_question(by=who, services=parts)
    page = render_template(
        "staff/review.html",
        question=question,
        alone=bool(request.args.get("alone")),
        many=bool(request.args.get("many")),
        most_counted=MOST_COUNTED,
        fault=fault,
        typed=typed[:64] if isinstance(fault, BadRequestValue) else "",
        today=today(by=who, services=parts),
        last=last_decided(by=who, services=parts),
        unseen=count_unseen(services=parts),
        no_garment=NOT_A_GARMENT,
    )
    return make_response(page, problem_of(fault).status if fault else None)
