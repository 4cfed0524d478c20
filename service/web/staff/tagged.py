"""What pictures that were sent show: a page of small pictures, each with what the model says."""

from itertools import islice
from pathlib import Path

from flask import Blueprint, Response, render_template, request

from embeddings.errors import MissingPhoto
from service.errors import UnknownJob
from service.jobs import keeping
from service.jobs.files import PICTURES, folder_of
from service.jobs.job import Job
from service.tagging.journal import Record, near_in, records_in, small_of
from service.web.requests.current import services

bp = Blueprint("staff_tagged", __name__, url_prefix="/staff/jobs/<int:number>/pictures")

_SHOWN = 60
_SHOWS = {
    "all": "all",
    "none": "no garment",
    "same": "shown before",
    "unsure": "unsure",
    "error": "not read",
}
# Of 1. Below it the picture is likelier to show anything else than what it is called. Nobody works
# these off, as they do the stock's and the review's, so the limit is the lowest of the three.
_UNSURE = 0.5


@bp.get("")
def pictures(number: int) -> str:
    """Show the pictures of a job, narrowed and paged."""
    job, folder = _found(number)
    wanted = request.args.get("show", "all")
    wanted = wanted if wanted in _SHOWS else "all"
    asked = request.args.get("page", "1")
    page = max(1, int(asked)) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 1
    near = near_in(folder)
    fitting = (
        (at, record, near.get(at))
        for at, record in enumerate(records_in(folder))
        if _fits(record, at in near, wanted)
    )
    shown = list(islice(fitting, (page - 1) * _SHOWN, page * _SHOWN + 1))
    return render_template(
        "staff/tagged.html",
        job=job,
        shown=shown[:_SHOWN],
        more=len(shown) > _SHOWN,
        page=page,
        shows=_SHOWS,
        show=wanted,
    )


@bp.get("/<int:at>.jpg")
def small(number: int, at: int) -> Response:
    """Give a small picture, which was made of one that was sent."""
    _, folder = _found(number)
    try:
        data = small_of(folder, at).read_bytes()
    except FileNotFoundError:
        raise MissingPhoto("there is no such picture") from None
    return Response(data, content_type="image/jpeg")


def _found(number: int) -> tuple[Job, Path]:
    job = keeping.get(number, services=services())
    folder = folder_of(job.folder or "-", services().settings) / PICTURES
    if job.kind != "tag" or not folder.is_dir():
        raise UnknownJob(f"the job {number} has no pictures, or they have gone since")
    return job, folder


def _fits(record: Record, is_near: bool, wanted: str) -> bool:
    return {
        "all": True,
        "none": record.get("not_a_garment") == "yes",
        "same": is_near,
        "unsure": not record.get("error") and float(record.get("confidence") or 0) < _UNSURE,
        "error": bool(record.get("error")),
    }[wanted]
