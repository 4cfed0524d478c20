"""What crawlers may read: products and categories, not searches nor every filter and page."""

from flask import Blueprint, Response, request

bp = Blueprint("robots", __name__)

_CLOSED = ("/search", "/api/", "/staff", "/healthz", "/readyz", "/metrics", "/*?", "/*/similar")


@bp.get("/robots.txt")
def robots() -> Response:
    """Tell crawlers; they ask at the root of a host only, so a shop under a path tells its own."""
    lines = ["User-agent: *", *(f"Disallow: {request.script_root}{path}" for path in _CLOSED)]
    response = Response("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response
