"""Bulk work over HTTP: files to import and to tag, and the jobs that do it."""

from collections.abc import Callable

from flask import Blueprint, Response, request

from catalog.errors import BadSource
from catalog.jobs import JobState
from service.errors import (
    BadRequestValue,
    BadUpload,
    CatalogueBusy,
    ForgedForm,
    NoSpace,
    NotAForm,
    NotReady,
    NotSignedIn,
    SlowUpload,
    UnknownJob,
    UploadTooLarge,
    WrongJobState,
)
from service.importing.wishes import ImportWish
from service.jobs import keeping
from service.jobs.job import Job
from service.jobs.telling import as_record
from service.tables.record_files import lacking_for
from service.uploads.starting import start_import, start_tagging
from service.web.api.answers import answer
from service.web.api.begun import begun
from service.web.api.described import Operation, described
from service.web.api.job_schemas import (
    ImportAsked,
    ImportIn,
    JobOut,
    JobsOut,
    JobsQuery,
    TagAsked,
    TagIn,
)
from service.web.guard.current import actor
from service.web.requests.current import services
from service.web.requests.reading import read_values
from service.web.requests.received import Received, received, uploads
from service.web.requests.refused_rows import refused_rows
from service.web.requests.sent_files import attached
from service.writing.idempotency import HEADER

bp = Blueprint("api_jobs", __name__, url_prefix="/api/v1")

_ALWAYS = (NotSignedIn, CatalogueBusy, NotReady)
_FILES = (
    *_ALWAYS,
    ForgedForm,
    BadRequestValue,
    BadSource,
    NotAForm,
    BadUpload,
    UploadTooLarge,
    SlowUpload,
    NoSpace,
)
_ONE = (*_ALWAYS, UnknownJob)
_STEERED = (*_ONE, ForgedForm, WrongJobState)
_KEY = '-H "Authorization: Bearer $KEY"'
_FILE = "-F file=@service/demo/stock/samples/a68920e2-059b.jpg"
_CSV = "text/csv"


@bp.post("/imports")
@described(
    Operation(
        summary="Send a file to be imported; the answer is the job to follow",
        form=ImportIn,
        headers=(HEADER,),
        answer=JobOut,
        statuses=(202,),
        problems=_FILES,
        tag="jobs",
        example=f"curl {_KEY} {_FILE} -F dry_run=true $B/api/v1/imports",
    )
)
def imports() -> Response:
    """Take a file, and have it imported."""
    came = received(request)
    asked = read_values(ImportAsked, came.fields)
    wish = ImportWish.of({**asked, "mapped": asked["map"], "categories": asked["category"]})
    return _begun(
        came,
        "import",
        lambda upload, **told: start_import(upload, wish, dry_run=asked["dry_run"], **told),
    )


@bp.post("/tags")
@described(
    Operation(
        summary="Send pictures to be tagged; the answer is the job to follow",
        form=TagIn,
        headers=(HEADER,),
        answer=JobOut,
        statuses=(202,),
        problems=_FILES,
        tag="jobs",
        example=f"curl {_KEY} {_FILE} -F format=csv $B/api/v1/tags",
    )
)
def tags() -> Response:
    """Take pictures, and have them tagged."""
    came = received(request)
    asked = read_values(TagAsked, came.fields)
    if lacking := lacking_for(asked["format"]):
        raise BadRequestValue(lacking, {"format": [lacking]})
    return _begun(
        came, "tag", lambda upload, **told: start_tagging(upload, asked["format"], **told)
    )


@bp.get("/jobs")
@described(
    Operation(
        summary="List background work, the newest first",
        query=JobsQuery,
        answer=JobsOut,
        problems=(*_ALWAYS, BadRequestValue),
        tag="jobs",
    )
)
def jobs() -> Response:
    """List jobs."""
    asked = read_values(JobsQuery, request.args)
    most = asked["per_page"]
    states = [JobState(each) for each in asked["state"]]
    found = keeping.newest(most + 1, services=services(), before=asked["before"], states=states)
    older = found[most - 1].number if len(found) > most else None
    return answer({"jobs": [as_record(each) for each in found[:most]], "older": older})


@bp.get("/jobs/<int:job>")
@described(
    Operation(
        summary="Say how far a job is, or what came of it",
        answer=JobOut,
        problems=_ONE,
        tag="jobs",
        example=f"curl {_KEY} $B/api/v1/jobs/1",
    )
)
def job(job: int) -> Response:
    """Give a job."""
    return answer(as_record(keeping.get(job, services=services())))


@bp.get("/jobs/<int:job>/errors.csv")
@described(
    Operation(
        summary="Give the rows that a job refused as they came, each with its line and the reason",
        answer=None,
        answer_type=_CSV,
        problems=(*_ONE, NoSpace),
        tag="jobs",
    )
)
def errors(job: int) -> Response:
    """Give refused rows as CSV, to be mended and sent again."""
    return refused_rows(job)


@bp.get("/jobs/<int:job>/result")
@described(
    Operation(
        summary="Give the file that a job has made",
        answer=None,
        answer_type="application/octet-stream",
        problems=_ONE,
        tag="jobs",
    )
)
def result(job: int) -> Response:
    """Give the file that a job has made."""
    return attached(keeping.result_of(job, services=services()))


@bp.post("/jobs/<int:job>/pause")
@described(
    Operation(
        summary="Let a job rest from its next step on",
        answer=JobOut,
        problems=_STEERED,
        tag="jobs",
    )
)
def pause(job: int) -> Response:
    """Let a job rest."""
    return _steered(keeping.pause, job)


@bp.post("/jobs/<int:job>/resume")
@described(
    Operation(
        summary="Let a job that rests or has failed go on where it was",
        answer=JobOut,
        problems=_STEERED,
        tag="jobs",
    )
)
def resume(job: int) -> Response:
    """Let a job go on."""
    return _steered(keeping.resume, job)


@bp.post("/jobs/<int:job>/cancel")
@described(
    Operation(
        summary="End a job; what it has finished stays",
        answer=JobOut,
        problems=_STEERED,
        tag="jobs",
    )
)
def cancel(job: int) -> Response:
    """End a job."""
    return _steered(keeping.cancel, job)


def _steered(act: Callable[..., Job], number: int) -> Response:
    return answer(as_record(act(number, by=actor(), services=services())))


def _begun(came: Received, purpose: str, start: Callable[..., Job]) -> Response:
    """Hand what came to a job, which has it from then on."""
    upload = came.receiving.keep(purpose=purpose, by=actor().name)
    try:
        made = start(
            upload,
            by=actor(),
            uploads=uploads(),
            services=services(),
            key=request.headers.get(HEADER),
        )
    finally:
        uploads().remove(upload.token)
    return begun(made)
