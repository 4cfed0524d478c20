"""Pages of other origins: the API answers those that a public key is bound to, and no others.

See https://fetch.spec.whatwg.org/#http-cors-protocol.
"""

from flask import Response, current_app, request
from werkzeug.exceptions import HTTPException

from catalog.access.terms import ActorKind
from service.access.keys import FOR_THE_PUBLIC, is_public_origin
from service.access.permissions import RULES
from service.web.guard.current import access, actor

_HEADERS = "Authorization, Content-Type"
_EXPOSED = "Retry-After, X-Request-Id, ETag"
_KNOWN_FOR_S = "600"


def preflight() -> Response | None:
    """Answer a browser that asks whether a page may ask; None where it is no such question."""
    origin = request.headers.get("Origin")
    method = request.headers.get("Access-Control-Request-Method")
    if request.method != "OPTIONS" or origin is None or method is None:
        return None
    response = Response(status=204)
    response.headers["Vary"] = "Origin"
    try:
        endpoint, _ = current_app.create_url_adapter(request).match(method=method)  # type: ignore[union-attr]
    except HTTPException:
        return response
    if RULES[endpoint].scope in FOR_THE_PUBLIC and is_public_origin(origin, access=access()):
        _allow(response, origin)
        response.headers["Access-Control-Allow-Methods"] = method.upper()
        response.headers["Access-Control-Allow-Headers"] = _HEADERS
        response.headers["Access-Control-Max-Age"] = _KNOWN_FOR_S
    return response


def let_read(response: Response) -> None:
    """Let a page of another origin read an answer to its public key, and why it was refused."""
    response.headers.add("Vary", "Origin")
    origin = request.environ.get("HTTP_ORIGIN")
    if origin is None or "HTTP_AUTHORIZATION" not in request.environ:
        return
    who = actor()
    if who.kind is ActorKind.KEY:
        allowed = origin in who.origins
    else:
        allowed = is_public_origin(origin, access=access())
    if allowed:
        _allow(response, origin)
        response.headers["Access-Control-Expose-Headers"] = _EXPOSED


def _allow(response: Response, origin: str) -> None:
    response.headers["Access-Control-Allow-Origin"] = origin
