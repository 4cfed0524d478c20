"""Pairs of products that may be one, one after another, and the keys that say what they are."""

from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from catalog.duplicates.pairs import PairFilter
from catalog.duplicates.tables import Kind
from catalog.errors import ConditionFailed, Contradiction
from service.duplicates.bulk import decide_bulk, steps_looked_at
from service.duplicates.deciding import decide
from service.duplicates.decision import Decision, Verdict
from service.duplicates.many import AT_ONCE, MOST
from service.duplicates.previewing import preview_bulk
from service.duplicates.queue import WORDS, count_every
from service.duplicates.rules import VERY_SAME
from service.duplicates.searching import backlog
from service.duplicates.showing import last_done, place_in_queue
from service.duplicates.undoing import is_long_undo, undo_decision
from service.errors import BadRequestValue, UnknownChange, UnknownPair
from service.jobs import keeping
from service.jobs.job import Job
from service.jobs.kinds.changing_many import ask_to_undo
from service.jobs.kinds.deciding_pairs import ask_to_decide, is_long_decision
from service.jobs.of_change import refuse_while_done
from service.problems import SEE_OTHER, problem_of
from service.web.guard.current import actor
from service.web.guard.values import sent
from service.web.requests.current import services

bp = Blueprint("staff_duplicates", __name__, url_prefix="/staff/duplicates")

_REFUSALS = (BadRequestValue, ConditionFailed, Contradiction, UnknownChange, UnknownPair)
_Refusal = BadRequestValue | ConditionFailed | Contradiction | UnknownChange | UnknownPair
_VERDICTS = {each.value: each for each in Verdict}
_LIST = ("kind", "sku", "job")  # by which an address names a list
_MANY = ("decided", "fell", "refused")  # what a redirect tells of a decision for many
_SCORES = (0.99, 0.97, 0.95, 0.9)


@bp.get("", endpoint="duplicates")
def shown() -> Response:
    """Show the pair that is next."""
    return _page()


@bp.post("/<int:number>")
def decide_pair(number: int) -> BaseResponse:
    """Decide a pair, and go on to the next."""
    try:
        wanted = Decision(number, _verdict(), sent("stays") or None, sent("seen") or None)
        done = decide(wanted, by=actor(), services=services())
    except _REFUSALS as error:
        return _page(fault=error)
    return _on(done.change)


@bp.post("/undo")
def undo() -> BaseResponse:
    """Bring back what was decided just now."""
    number = _number(sent("change"))
    refuse_while_done(number, services=services())
    if is_long_undo(number, services=services()):
        return _to(ask_to_undo(number, by=actor(), services=services()))
    try:
        done = undo_decision(number, by=actor(), services=services())
        if done.refused:
            raise Contradiction("; ".join(f"{one.sku}: {one.reason}" for one in done.refused))
    except _REFUSALS as error:
        return _page(fault=error)
    return _on(done.number)


@bp.post("/preview")
def preview() -> Response:
    """Show what one decision for many pairs would do."""
    wanted = _wanted(_score())
    try:
        verdict = _verdict()
    except BadRequestValue as error:
        return _page(fault=error)
    page = render_template(
        "staff/duplicates_many.html",
        found=preview_bulk(wanted, verdict, services=services()),
        wanted=wanted,
        verdict=verdict.value,
        words=WORDS,
        most=MOST,
        at_once=AT_ONCE,
    )
    return make_response(page)


@bp.post("/many")
def decide_many() -> BaseResponse:
    """Do what was looked at."""
    wanted = _wanted(_score())
    try:
        verdict = _verdict()
        looked = steps_looked_at(wanted, sent("expected"), services=services())
    except _REFUSALS as error:
        return _page(fault=error)
    if is_long_decision(looked.steps):
        return _to(
            ask_to_decide(looked.steps, verdict, by=actor(), services=services(), at=looked.at)
        )
    done = decide_bulk(looked.steps, verdict, by=actor(), services=services(), asked_at=looked.at)
    return _on(done.change, decided=done.decided, fell=done.passed_over, refused=done.refused)


@bp.post("/look")
def look() -> BaseResponse:
    """Have everything compared that was not compared yet, as a job."""
    return _to(
        keeping.create("duplicates", {}, by=actor(), services=services(), title="every picture")
    )


def _to(job: Job) -> BaseResponse:
    return redirect(url_for("staff_jobs.job", number=job.number), SEE_OTHER)


def _on(change: int | None, **many: Any) -> BaseResponse:
    here: dict[str, Any] = {name: sent(name) or None for name in (*_LIST, "skip")}
    to = url_for("staff_duplicates.duplicates", done=change, **here, **many)
    return redirect(to, SEE_OTHER)


def _page(fault: _Refusal | None = None) -> Response:
    wanted = _wanted()
    skip = _number(request.values.get("skip", ""))
    place = place_in_queue(wanted, skip, services=services())
    done = _number(request.args.get("done", ""))
    page = render_template(
        "staff/duplicates.html",
        queue=place,
        skip=min(skip, max(0, place.total - 1)),
        wanted=wanted,
        every=count_every(services=services()),
        fault=fault,
        done=last_done(done, services=services()) if done else None,
        many={name: _number(request.args.get(name, "")) for name in _MANY}
        if "decided" in request.args
        else None,
        very_same=VERY_SAME,
        words=WORDS,
        scores=_SCORES,
        waiting=backlog(services=services()),
    )
    return make_response(page, problem_of(fault).status if fault else None)


def _wanted(at_least: float = 0.0) -> PairFilter:
    """Read which list is looked at, from the address or from what a form kept of it."""
    kind, sku, job = (request.values.get(name, "") for name in _LIST)
    known = {each.value: each for each in Kind}
    return PairFilter(known.get(kind), sku.strip()[:64] or None, at_least, _number(job) or None)


def _verdict() -> Verdict:
    """Read what was decided. Raises: BadRequestValue."""
    found = _VERDICTS.get(sent("decision"))
    if found is None:
        rule = f"a decision is {', '.join(_VERDICTS)}, got '{sent('decision')[:40]}'"
        raise BadRequestValue(rule, {"decision": [rule]})
    return found


def _score() -> float:
    try:
        score = float(sent("at_least") or 0)
    except ValueError:
        return 0.0
    return score if 0 <= score <= 1 else 0.0


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
