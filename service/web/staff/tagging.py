"""Pictures tagged without the catalogue: a ZIP or a folder in, a table out."""

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from service.errors import BadUpload
from service.jobs import keeping
from service.problems import SEE_OTHER, problem_of
from service.tables.record_files import lacking_for
from service.uploads.starting import start_tagging
from service.web.guard.current import actor
from service.web.guard.values import sent
from service.web.requests.current import services
from service.web.requests.received import received, uploads

bp = Blueprint("staff_tag", __name__, url_prefix="/staff/tag")

_PURPOSE = "tag"
_SHOWN = 20
_FORMATS = {
    "xlsx": "Excel, with small pictures",
    "csv": "CSV",
    "jsonl": "JSON Lines",
    "parquet": "Parquet",
}


@bp.get("")
def start() -> str:
    """Ask for pictures, and list what was tagged last."""
    return _start()


@bp.post("")
def send() -> BaseResponse:
    """Take pictures, and have them tagged."""
    try:
        receiving = received(request).receiving
        output = sent("format")
        if output not in _FORMATS:
            raise BadUpload(f"the table is one of {', '.join(_FORMATS)}, got '{output[:20]}'")
        if lacking := lacking_for(output):
            raise BadUpload(lacking)
        upload = receiving.keep(purpose=_PURPOSE, by=actor().name)
    except BadUpload as error:
        return make_response(_start(error), problem_of(error).status)
    job = start_tagging(upload, output, by=actor(), uploads=uploads(), services=services())
    return redirect(url_for("staff_jobs.job", number=job.number), SEE_OTHER)


def _start(fault: Exception | None = None) -> str:
    parts = services()
    return render_template(
        "staff/tag.html",
        formats=[(kind, name, lacking_for(kind)) for kind, name in _FORMATS.items()],
        jobs=keeping.newest(_SHOWN, services=parts, kinds=[_PURPOSE]),
        most_mb=parts.settings.max_import_mb,
        fault=fault,
    )
