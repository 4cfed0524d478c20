"""The products' pictures; an address holds a picture's digest, so it never changes."""

import re
from http import HTTPStatus
from pathlib import Path

from flask import Blueprint, Response, current_app, request

from embeddings.errors import MissingPhoto
from service.server.front.wsgi import FILE_HEADER, TAKES_FILES
from service.web.pages.previews import Previews
from service.web.requests.current import services

bp = Blueprint("photos", __name__, url_prefix="/photos")

_DIGEST = re.compile(r"[0-9a-f]{64}")


@bp.get("/<digest>")
def original(digest: str) -> Response:
    """Return a picture as it is stored."""
    _check(digest)
    store = services().store
    response = _answer(store.read_bytes(digest), store.media_type(digest), digest)
    if (path := store.local_path(digest)) is not None:
        _let_the_server_read(path, response)
    return response


@bp.get("/<digest>/preview")
def preview(digest: str) -> Response:
    """Return a picture at most as large as a page shows it in a grid."""
    _check(digest)
    data, media_type = previews().preview(digest)
    return _answer(data, media_type, f"{digest}-preview")


def previews() -> Previews:
    """Return this application's previews; they are made as they are asked for."""
    made = current_app.extensions.get("lookalike.previews")
    if not isinstance(made, Previews):
        made = current_app.extensions["lookalike.previews"] = Previews(services().store)
    return made


def _let_the_server_read(path: Path, response: Response) -> None:
    """Name the file in place of the body that was looked at, where the server takes that."""
    whole = request.method == "GET" and response.status_code == HTTPStatus.OK
    if whole and request.environ.get(TAKES_FILES) and str(path).isprintable():
        length = len(response.get_data())
        response.set_data(b"")
        response.content_length = length
        response.headers[FILE_HEADER] = str(path)


def _check(digest: str) -> None:
    if not _DIGEST.fullmatch(digest):
        raise MissingPhoto("a picture's name is a SHA-256, in hexadecimal")


def _answer(data: bytes, media_type: str, tag: str) -> Response:
    response = Response(data, content_type=media_type)
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    response.set_etag(tag)
    response.make_conditional(request)
    return response
