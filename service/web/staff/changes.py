"""What the staff changed lately, and how it is undone."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from service.jobs.kinds.changing_many import ask_to_undo, is_long_undo
from service.jobs.of_change import refuse_while_done
from service.problems import SEE_OTHER
from service.stock.forgetting import forget_change
from service.stock.undoing import undo as undo_change
from service.stockroom.recent import change_details
from service.stockroom.stories import newest_stories, story_of
from service.web.guard.current import actor
from service.web.requests.current import services

bp = Blueprint("staff_changes", __name__, url_prefix="/staff/changes")

_SHOWN = 50


@bp.get("", endpoint="changes")
def recent() -> str:
    """List what was done and undone last."""
    found, older = newest_stories(_SHOWN, _number("before") or None, services=services())
    return render_template("staff/changes.html", stories=found, older=older)


@bp.get("/<int:number>", endpoint="change")
def details(number: int) -> str:
    """Show what a change did to which products."""
    return _page(number, done="done" in request.args)


@bp.post("/<int:number>/undo")
def undo(number: int) -> str | BaseResponse:
    """Bring back what a change changed, and say what stays."""
    refuse_while_done(number, services=services())
    if is_long_undo(number, services=services()):
        job = ask_to_undo(number, by=actor(), services=services())
        return redirect(url_for("staff_jobs.job", number=job.number), SEE_OTHER)
    outcome = undo_change(number, by=actor(), services=services())
    return _page(outcome.number or number, outcome=outcome)


@bp.post("/<int:number>/forget")
def forget(number: int) -> BaseResponse:
    """Keep nothing for an undo of a change any more."""
    refuse_while_done(number, services=services())
    forget_change(number, by=actor(), services=services())
    return redirect(url_for("staff_changes.changes"), SEE_OTHER)


def _page(number: int, **more: object) -> str:
    found = change_details(number, _number("after"), services=services())
    story = story_of(number, services=services())
    return render_template("staff/change.html", found=found, story=story, **more)


def _number(name: str) -> int:
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
