"""Photos to try a search with: shown on the front page, searched by with one click."""

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from embeddings.photos.photo import open_photo
from embeddings.reading.framing import USEFUL_SIDE
from service.finding.search import read_photo
from service.problems import SEE_OTHER
from service.web.requests.current import services, web_parts
from service.web.requests.samples import sample_bytes

bp = Blueprint("samples", __name__, url_prefix="/samples")


@bp.get("/<name>")
def picture(name: str) -> Response:
    """Return a sample's picture."""
    settings = services().settings
    response = Response(sample_bytes(settings.samples, name), content_type="image/jpeg")
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag()
    response.make_conditional(request)
    return response


@bp.post("/<name>")
def search(name: str) -> BaseResponse:
    """Search by a sample as by a shopper's own photo."""
    parts = services()
    data = sample_bytes(parts.settings.samples, name)
    read = read_photo(open_photo(data, parts.settings.photo_limits, USEFUL_SIDE), services=parts)
    web_parts().metrics.observe_stages(read.timing_ms)
    token = web_parts().searches.remember(read.reading, read.fingerprint)
    return redirect(url_for("search.results", token=token), SEE_OTHER)
