"""/api/v1/duplicates: pairs of products that may be one, listed and decided."""

from typing import Any

from flask import Blueprint, Response, request
from marshmallow import Schema, ValidationError

from catalog.duplicates.pairs import PairFilter
from catalog.duplicates.tables import Kind
from catalog.errors import ConditionFailed, Contradiction
from service.duplicates.bulk import decide_bulk, steps_looked_at
from service.duplicates.deciding import decide
from service.duplicates.decision import Decision, Verdict
from service.duplicates.previewing import preview_bulk
from service.duplicates.queue import open_queue
from service.duplicates.undoing import is_long_undo, undo_decision
from service.errors import (
    BadRequestValue,
    CatalogueBusy,
    ForgedForm,
    NotAForm,
    NotReady,
    NotSignedIn,
    StillBeingDone,
    UnknownChange,
    UnknownPair,
    UploadTooLarge,
)
from service.jobs.kinds.changing_many import ask_to_undo
from service.jobs.kinds.deciding_pairs import ask_to_decide, is_long_decision
from service.jobs.of_change import refuse_while_done
from service.web.api.answers import answer
from service.web.api.begun import followed
from service.web.api.bodies import JSON, json_body
from service.web.api.described import Body, Operation, described
from service.web.api.duplicate_schemas import (
    PairBulkIn,
    PairBulkOut,
    PairDecisionIn,
    PairDecisionOut,
    PairUndoneOut,
    QueueOut,
    QueueQuery,
)
from service.web.guard.current import actor
from service.web.requests import addresses
from service.web.requests.current import services
from service.web.requests.reading import read_values

bp = Blueprint("api_duplicates", __name__, url_prefix="/api/v1/duplicates")

_ALWAYS = (NotSignedIn, BadRequestValue, CatalogueBusy, NotReady)
_WRITES = (*_ALWAYS, ForgedForm, NotAForm, UploadTooLarge)
_KEY = '-H "Authorization: Bearer $KEY"'
_JSON = "-H 'Content-Type: application/json'"


@bp.get("")
@described(
    Operation(
        summary="List pairs of products that may be one",
        query=QueueQuery,
        answer=QueueOut,
        problems=_ALWAYS,
        tag="duplicates",
        example=f'curl {_KEY} "$B/api/v1/duplicates?kind=same_picture"',
    )
)
def pairs() -> Response:
    """List the pairs that wait for a decision, the surest first."""
    values = read_values(QueueQuery, request.args)
    most = values["per_page"]
    queue = open_queue(_wanted(values), most, (values["page"] - 1) * most, services=services())
    root = addresses.root()
    told = [
        {
            "number": each.number,
            "left": each.left,
            "right": each.right,
            "kind": each.kind.value,
            "score": round(each.score, 4),
            "reason": each.reason,
            "photo_urls": [f"{root}/photos/{digest}" for digest in each.photos],
            "found_at": each.found_at.isoformat(timespec="seconds"),
        }
        for each in queue.pairs
    ]
    counts = {kind.value: count for kind, count in queue.counts.items()}
    return answer({"pairs": told, "total": queue.total, "counts": counts})


@bp.post("/<int:number>")
@described(
    Operation(
        summary="Decide a pair: merge, link as variants, or dismiss",
        body=Body(JSON, PairDecisionIn),
        answer=PairDecisionOut,
        problems=(*_WRITES, UnknownPair, Contradiction, ConditionFailed),
        tag="duplicates",
    )
)
def decide_pair(number: int) -> Response:
    """Decide a pair that is open."""
    said = _said(PairDecisionIn)
    wanted = Decision(number, Verdict(said["decision"]), said.get("stays"))
    done = decide(wanted, by=actor(), services=services())
    return answer({"number": done.number, "told": done.told, "change": done.change})


@bp.post("/bulk")
@described(
    Operation(
        summary="Decide many pairs at once, or say what that would do",
        body=Body(JSON, PairBulkIn),
        answer=PairBulkOut,
        statuses=(200, 202),
        problems=(*_WRITES, ConditionFailed),
        tag="duplicates",
        example=f"curl -X POST {_KEY} {_JSON} "
        """-d '{"decision": "dismiss", "kind": "variant"}' $B/api/v1/duplicates/bulk""",
    )
)
def bulk() -> Response:
    """Decide the pairs that are meant; without `expected` nothing is done.

    More than somebody waits for become a job, which the answer names.
    """
    said = _said(PairBulkIn)
    verdict, wanted = Verdict(said["decision"]), _wanted(said)
    if "expected" not in said:
        found = preview_bulk(wanted, verdict, services=services())
        return answer(
            {
                "done": False,
                "digest": found.digest,
                "pairs": found.pairs,
                "more": found.more,
                "decided": found.decided,
                "fallen_away": found.fallen,
                "refused": found.refused,
                "withdrawn": found.withdrawn,
                "pictures": found.pictures,
                "facts": found.facts,
                "cannot": found.cannot,
            }
        )
    looked = steps_looked_at(wanted, said["expected"], services=services())
    if is_long_decision(looked.steps):
        job = ask_to_decide(looked.steps, verdict, by=actor(), services=services(), at=looked.at)
        pairs = sum(map(len, looked.steps))
        return followed(job, {"done": False, "pairs": pairs, "job": job.number})
    done = decide_bulk(looked.steps, verdict, by=actor(), services=services(), asked_at=looked.at)
    return answer(
        {
            "done": True,
            "pairs": done.pairs,
            "decided": done.decided,
            "fallen_away": done.passed_over,
            "refused": done.refused,
            "cannot": done.cannot,
            "change": done.change,
        }
    )


@bp.post("/undo/<int:number>")
@described(
    Operation(
        summary="Undo a decision, by the number of its change",
        answer=PairUndoneOut,
        statuses=(200, 202),
        problems=(*_ALWAYS, ForgedForm, UnknownChange, StillBeingDone),
        tag="duplicates",
    )
)
def undo(number: int) -> Response:
    """Bring back what a decision changed; of many pairs as a job, which the answer names."""
    refuse_while_done(number, services=services())
    if is_long_undo(number, services=services()):
        job = ask_to_undo(number, by=actor(), services=services())
        return followed(job, {"job": job.number})
    done = undo_decision(number, by=actor(), services=services())
    refused = [{"sku": each.sku, "reason": each.reason} for each in done.refused]
    return answer({"products": done.products, "refused": refused, "change": done.number})


def _wanted(values: dict[str, Any]) -> PairFilter:
    kind = values.get("kind")
    return PairFilter(
        None if kind is None else Kind(kind), values.get("sku"), values.get("at_least", 0.0)
    )


def _said(schema: type[Schema]) -> dict[str, Any]:
    """Read a body by its schema. Raises: BadRequestValue."""
    body = json_body()
    if not isinstance(body, dict):
        raise BadRequestValue("the body is a JSON object")
    try:
        return dict(schema().load(body))
    except ValidationError as error:
        faults = {
            str(name): [str(each) for each in said] for name, said in error.messages_dict.items()
        }
        told = "; ".join(f"{name}: {' '.join(each)}" for name, each in faults.items())
        raise BadRequestValue(told, faults) from error
