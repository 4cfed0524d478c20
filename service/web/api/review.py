"""The review queue for programs: the next question, a word, later, and the last one back."""

from typing import Any

from flask import Blueprint, Response

from catalog.errors import ConditionFailed, Contradiction, UnknownProduct
from service.errors import (
    BadRequestValue,
    CatalogueBusy,
    ForgedForm,
    NotAForm,
    NotReady,
    NotSignedIn,
    UploadTooLarge,
)
from service.review.asking import next_question
from service.review.deciding import decide, skip
from service.review.figures import count_left
from service.review.question import Question
from service.review.reviewed import Reviewed
from service.review.taking_back import take_back
from service.web.api.answers import answer, product_facts
from service.web.api.bodies import JSON, json_fields
from service.web.api.described import Body, Operation, described
from service.web.api.review_schemas import DecidedOut, DecisionIn, ReviewNext, SkipIn
from service.web.guard.current import actor
from service.web.requests import addresses
from service.web.requests.current import services

bp = Blueprint("api_review", __name__, url_prefix="/api/v1/review")

_ALWAYS = (NotSignedIn, CatalogueBusy, NotReady)
_CHANGES = (*_ALWAYS, ForgedForm, Contradiction)
_OF_ONE = (*_CHANGES, BadRequestValue, NotAForm, UploadTooLarge, UnknownProduct, ConditionFailed)


@bp.get("/next", endpoint="next")
@described(
    Operation(
        summary="Take the next product to look at in hand, for ten minutes",
        answer=ReviewNext,
        problems=_ALWAYS,
        tag="review",
    )
)
def following() -> Response:
    """Give what who asks has in hand, or else the most useful that nobody has."""
    question = next_question(by=actor(), services=services())
    left = count_left(services=services()) if question is None else question.left
    return answer({"left": left, "question": None if question is None else _told(question)})


@bp.post("/decisions", endpoint="decide")
@described(
    Operation(
        summary="Say what a product is, for good",
        body=Body(JSON, DecisionIn),
        answer=DecidedOut,
        problems=_OF_ONE,
        tag="review",
    )
)
def decision() -> Response:
    """Let a word count; the same again changes nothing."""
    said = json_fields(DecisionIn)
    return _done(
        decide(
            said["sku"],
            said["category"],
            said.get("seen"),
            by=actor(),
            services=services(),
            is_new=said["new"],
            also=said["also"],
        )
    )


@bp.post("/skips", endpoint="skip")
@described(
    Operation(
        summary="Let a product be asked about after all others",
        body=Body(JSON, SkipIn),
        answer=DecidedOut,
        problems=_OF_ONE,
        tag="review",
    )
)
def later() -> Response:
    """Put a product behind all others."""
    said = json_fields(SkipIn)
    return _done(
        skip(said["sku"], said.get("seen"), by=actor(), services=services(), also=said["also"])
    )


@bp.post("/undo", endpoint="undo")
@described(
    Operation(
        summary="Take back the last that this account or key has decided or skipped",
        answer=DecidedOut,
        problems=_CHANGES,
        tag="review",
    )
)
def back() -> Response:
    """Take the last one back; it is in hand again."""
    return _done(take_back(by=actor(), services=services()))


def _done(done: Reviewed) -> Response:
    return answer(
        {
            "sku": done.sku,
            "category": done.category,
            "agrees": done.agrees,
            "also": list(done.also),
        }
    )


def _told(question: Question) -> dict[str, Any]:
    root = addresses.root()
    return {
        "product": product_facts(question.product, question.digest, root),
        "seen": question.seen,
        "reasons": [each.value for each in question.opinion.reasons],
        "file_category": question.files_word,
        "guesses": [
            {"label": each.label, "confidence": round(each.confidence, 6)}
            for each in question.guesses
        ],
        "choices": list(question.choices),
        "neighbours": [
            {
                "sku": each.product.sku,
                "category": each.category,
                "category_by": "file" if each.by_file else "human",
                "score": round(each.score, 6),
                "photo_url": each.product.digest and f"{root}/photos/{each.product.digest}",
            }
            for each in question.neighbours
        ],
        "fellows": [
            {"sku": each.sku, "same_picture": each.same_picture} for each in question.fellows
        ],
        "shown_by": question.shown_by,
        "held_until": question.held_until.isoformat(),
    }
