"""The API keys, for admins: drawn and shown once, listed, revoked."""

from flask import Blueprint, Response, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from catalog.access.terms import Scope
from service.access import keys
from service.access.keys import USUAL_PER_MINUTE, KeyWish, NewKey
from service.errors import BadRequestValue
from service.problems import SEE_OTHER, problem_of
from service.web.guard.current import access, actor
from service.web.guard.values import sent, sent_number, sent_several

bp = Blueprint("staff_keys", __name__, url_prefix="/staff/keys")


@bp.get("", endpoint="keys")
def every() -> Response:
    """List the keys."""
    return _page()


@bp.post("")
def create() -> Response:
    """Draw a key, and show it this once."""
    typed = {name: sent(name) for name in ("name", "origins", "days", "per_minute")}
    scopes = sent_several("scopes")
    try:
        wish = KeyWish(
            name=typed["name"],
            scopes=scopes,
            origins=tuple(typed["origins"].split()),
            days=sent_number("days", None),
            per_minute=sent_number("per_minute", USUAL_PER_MINUTE) or 0,
        )
        drawn = keys.create_key(wish, by=actor(), access=access())
    except BadRequestValue as error:
        return _page(fault=error, typed=typed | {"scopes": " ".join(scopes)})
    return _page(drawn=drawn)


@bp.post("/<prefix>/revoke")
def revoke(prefix: str) -> BaseResponse:
    """Let a key open nothing any more."""
    keys.revoke_key(prefix, by=actor(), access=access())
    return redirect(url_for("staff_keys.keys"), SEE_OTHER)


def _page(
    *,
    drawn: NewKey | None = None,
    fault: BadRequestValue | None = None,
    typed: dict[str, str] | None = None,
) -> Response:
    page = render_template(
        "staff/keys.html",
        keys=keys.listed_keys(access=access()),
        scopes=list(Scope),
        drawn=drawn,
        fault=fault,
        typed=typed or {},
        usual_per_minute=USUAL_PER_MINUTE,
    )
    return make_response(page, problem_of(fault).status if fault else None)
