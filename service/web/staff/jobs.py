"""Background work as the staff see it: what runs, how far it is, what came of it."""

from collections.abc import Callable
from http import HTTPStatus

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from catalog.jobs import SETTLED, JobState, LineKind
from service.errors import UnknownFeed, UnknownUpload, WrongJobState
from service.failures import disk_is_full
from service.feeds.keeping import FeedState, shown
from service.importing.allowing import may_allow
from service.jobs import keeping
from service.jobs.files import folder_of
from service.jobs.job import MOST_ERRORS, Job
from service.jobs.telling import lasting
from service.jobs.turns import waits_behind
from service.problems import SEE_OTHER
from service.uploads.kept import Upload
from service.web.guard.current import actor
from service.web.requests.current import services
from service.web.requests.received import uploads
from service.web.requests.refused_rows import refused_rows
from service.web.requests.sent_files import attached
from service.web.staff.job_words import counts_in_words
from service.web.staff.refused_help import what_helps

bp = Blueprint("staff_jobs", __name__, url_prefix="/staff/jobs")

_SHOWN = 50
_LINES = 100
_IMPORTING = ("import", "feed")
_OF_FEEDS = ("feed", "withdraw-missing")


@bp.get("", endpoint="jobs")
def every() -> str:
    """List the jobs, the newest first."""
    before = request.args.get("before", "")
    asked = request.args.get("state", "")
    states = [state for state in JobState if state.value == asked]
    found = keeping.newest(
        _SHOWN + 1,
        services=services(),
        before=int(before) if before.isascii() and before.isdigit() and len(before) < 19 else None,
        states=states,
    )
    return render_template(
        "staff/jobs.html",
        jobs=found[:_SHOWN],
        older=found[_SHOWN - 1].number if len(found) > _SHOWN else None,
        states=list(JobState),
        state=asked if states else "",
    )


@bp.get("/<int:number>")
def job(number: int) -> str:
    """Show a job: how far it is, or what came of it, and what is wrong."""
    return _shown(number)


def _shown(number: int, why_not: str = "") -> str:
    """Show a job, and why what was asked of it cannot be."""
    found = keeping.get(number, services=services())
    refused = list(keeping.lines(number, LineKind.ERROR, services=services(), most=_LINES))
    notes = keeping.lines(number, LineKind.NOTE, services=services(), most=_LINES)
    return render_template(
        "staff/job.html",
        job=found,
        why_not=why_not,
        counts=counts_in_words(found),
        ends="end" in request.args,
        waits=waits_behind(found, services=services()),
        errors=refused,
        most_errors=MOST_ERRORS,
        notes=list(notes),
        refused=what_helps(refused),
        may_allow=may_allow(actor(), services().settings),
        upload=_waiting_upload(found),
        left=lasting(found.seconds_left),
        lasting=lasting,
        brought=_brought(found),
        files_gone=_files_gone(found),
        feed=_feed_of(found),
        disk_is_full=not found.is_over and disk_is_full(services().settings.home),
    )


@bp.get("/<int:number>/errors.csv")
def errors(number: int) -> Response:
    """Give every refused row as it came, with its line and the reason."""
    return refused_rows(number)


@bp.get("/<int:number>/result")
def result(number: int) -> Response:
    """Give the file that a job has made."""
    return attached(keeping.result_of(number, services=services()))


@bp.post("/verify")
def verify() -> BaseResponse:
    """Have it checked that database, pictures and index agree."""
    made = keeping.create("verify", {}, by=actor(), services=services(), title="the whole shop")
    return redirect(url_for("staff_jobs.job", number=made.number), SEE_OTHER)


@bp.post("/<int:number>/pause")
def pause(number: int) -> BaseResponse:
    """Let a job rest."""
    return _done(number, keeping.pause, "rest")


@bp.post("/<int:number>/resume")
def resume(number: int) -> BaseResponse:
    """Let a job go on."""
    return _done(number, keeping.resume, "go on")


@bp.post("/<int:number>/cancel")
def cancel(number: int) -> BaseResponse:
    """End a job."""
    return _done(number, keeping.cancel, "be ended")


def _done(number: int, act: Callable[..., Job], wanted: str) -> BaseResponse:
    try:
        act(number, by=actor(), services=services())
    except WrongJobState:  # since the page was shown on which it was asked
        return Response(
            _shown(number, f"It cannot {wanted}: see how it stands."), HTTPStatus.CONFLICT
        )
    return redirect(url_for("staff_jobs.job", number=number), SEE_OTHER)


def _brought(found: Job) -> int | None:
    """Return 1 if a job that imports has brought something, 0 if not; None where nobody can tell.

    What is withdrawn since is counted, and of a feed's job it is known until the next one begins.
    """
    if found.kind not in _IMPORTING or found.parameters.get("dry_run"):
        return None
    some = keeping.lines(found.number, LineKind.BROUGHT, services=services(), most=1)
    if any(True for _ in some):
        return 1
    came = sum(found.counts.get(name, 0) for name in ("added", "updated"))
    return 0 if found.state is JobState.DONE and not came else None


def _feed_of(found: Job) -> FeedState | None:
    """Give the feed that a job reads, or withdraws what is missing from, if it is there still."""
    number = found.parameters.get("feed")
    if found.kind not in _OF_FEEDS or not isinstance(number, int):
        return None
    try:
        return shown(number, services=services())
    except UnknownFeed:
        return None


def _files_gone(found: Job) -> bool:
    """Return whether a job that might go on has lost its files, as after a restore."""
    if found.folder is None or found.state in SETTLED:
        return False
    return not folder_of(found.folder, services().settings).is_dir()


def _waiting_upload(found: Job) -> Upload | None:
    """Give the file that a job has checked, if it still waits to be imported."""
    token = found.parameters.get("upload")
    if not isinstance(token, str):
        return None
    try:
        return uploads().get(token)
    except UnknownUpload:
        return None
