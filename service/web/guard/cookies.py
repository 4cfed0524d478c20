"""The cookies: one for a session, one that ties a form to a browser before there is a session.

Over HTTPS their names begin as browsers guard them: a page of another machine under the same
domain, or one that is not encrypted, cannot set them. Each lies under the path of this shop.
"""

from datetime import datetime

from flask import Response, request

SESSION, VISITOR = "session", "visitor"


def name_of(what: str) -> str:
    """Give a cookie's name in this request."""
    if not request.is_secure:
        return f"lookalike-{what}"
    return f"__Secure-lookalike-{what}" if request.script_root else f"__Host-lookalike-{what}"


def read(what: str) -> str | None:
    """Give what a cookie of this request holds."""
    return request.cookies.get(name_of(what)) or None


def give(response: Response, what: str, value: str, until: datetime | None = None) -> None:
    """Let the browser keep a value; without `until` as long as it is open."""
    response.set_cookie(
        name_of(what),
        value,
        expires=until,
        path=request.script_root or "/",
        secure=request.is_secure,
        httponly=True,
        samesite="Lax",
    )


def take_away(response: Response, what: str) -> None:
    """Let the browser forget a value."""
    response.delete_cookie(
        name_of(what),
        path=request.script_root or "/",
        secure=request.is_secure,
        httponly=True,
        samesite="Lax",
    )
