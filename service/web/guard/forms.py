"""Forms that only pages of ours can have made: each holds a token, tied to who got the page.

The token is signed with the home's secret, so that all processes know it, and it ends.
"""

from typing import cast

from flask import current_app, g, request
from itsdangerous import BadSignature, URLSafeTimedSerializer

from service.access.actor import Actor
from service.access.digests import digest_of, is_same, new_token
from service.errors import ForgedForm
from service.web.guard import cookies
from service.web.guard.current import access, actor

FIELD, HEADER = "form_token", "X-Form-Token"
_AGE_S = 24 * 3600
_SALT = "lookalike.form"
_SERIALIZER = "lookalike.forms"


def form_token() -> str:
    """Give the token for the forms of the page that is being made."""
    who = actor()
    return _serializer().dumps(who.session or digest_of(_visitor()))


def check_form(who: Actor) -> None:
    """Make sure that this request comes from a form of ours. Raises: ForgedForm."""
    # What the browser itself says of where a form was; older ones say nothing.
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        raise ForgedForm("the form is on a page of another site")
    token = request.headers.get(HEADER) or request.form.get(FIELD, "")
    bound = who.session
    if bound is None:
        visitor = cookies.read(cookies.VISITOR)
        bound = None if visitor is None else digest_of(visitor)
    try:
        meant = _serializer().loads(token, max_age=_AGE_S)
    except BadSignature:
        meant = None
    if bound is None or not isinstance(meant, str) or not is_same(meant, bound):
        raise ForgedForm("go back, load the page again, and send the form once more")


def check_site() -> None:
    """Make sure that a browser does not say that the form was on another site's page.

    Older browsers say nothing of it. Raises: ForgedForm.
    """
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        raise ForgedForm("the form is on a page of another site")


def _visitor() -> str:
    known = cookies.read(cookies.VISITOR) or g.get("new_visitor")
    if known is None:
        known = g.new_visitor = new_token()
    return str(known)


def _serializer() -> URLSafeTimedSerializer:
    if _SERIALIZER not in current_app.extensions:
        secret = access().secret.value
        current_app.extensions[_SERIALIZER] = URLSafeTimedSerializer(secret, salt=_SALT)
    return cast(URLSafeTimedSerializer, current_app.extensions[_SERIALIZER])
