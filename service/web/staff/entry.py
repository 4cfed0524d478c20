"""The way in and out: sign in, sign out, an invitation or a reset by a one-time link."""

import re

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from service.access import links, sessions
from service.access.passwords import LONGEST, SHORTEST
from service.access.sessions import NewSession, Visit
from service.errors import BadAccess, ExpiredLink, TooOften, WrongCredentials
from service.problems import SEE_OTHER, problem_of
from service.web.guard import cookies
from service.web.guard.current import access, actor
from service.web.guard.guarding import asked_from
from service.web.guard.values import sent

bp = Blueprint("staff_entry", __name__, url_prefix="/staff")

_ATTEMPTS_PER_MINUTE = 60
_LINKS_PER_MINUTE = 60  # looked at from one address
_OF_THE_STAFF = re.compile(r"/staff(/[A-Za-z0-9._~/-]*)?(\?[^\x00-\x20\x7f\\#]*)?")


@bp.get("/sign-in")
def sign_in() -> str:
    """Ask for name and password."""
    return render_template("staff/sign_in.html", name="", fault=None, next=_next(request.args))


@bp.post("/sign-in")
def enter() -> BaseResponse:
    """Sign in."""
    name, password = sent("name"), sent("password")
    asked = _next(request.form)
    try:
        # Before anything is looked up: what is refused is to cost next to nothing.
        access().rates.count("attempts from one address", asked_from(), _ATTEMPTS_PER_MINUTE)
        begun = sessions.sign_in(name, password, visit=_visit(), access=access())
    except (WrongCredentials, TooOften) as error:
        page = render_template("staff/sign_in.html", name=name[:64], fault=error, next=asked)
        response = make_response(page, problem_of(error).status)
        if isinstance(error, TooOften):
            response.headers["Retry-After"] = str(error.retry_after_s)
        return response
    return _entered(begun, asked)


@bp.get("/forgotten")
def forgotten() -> str:
    """Say whom to ask: there is no mail server."""
    return render_template("staff/forgotten.html")


@bp.get("/invited/<token>")
def invited(token: str) -> BaseResponse:
    """Show what a one-time link leads to; only the form uses it up, not a look at it.

    Who has come in by it and opens it again is led in.
    """
    access().rates.count("one-time links from one address", asked_from(), _LINKS_PER_MINUTE)
    try:
        link = links.look_at(token, access=access())
    except ExpiredLink:
        if not _is_signed_in():
            raise
        return make_response(redirect(url_for("staff_overview.overview"), SEE_OTHER))
    return _link_page(token, link, None)


@bp.post("/invited/<token>")
def accept(token: str) -> BaseResponse:
    """Use a one-time link: choose a password, and go in."""
    access().rates.count("one-time links from one address", asked_from(), _LINKS_PER_MINUTE)
    link = links.look_at(token, access=access())
    password = sent("password")
    try:
        if link.asks_password and password != sent("again"):
            raise BadAccess("again", "both times the same password, please")
        begun = links.accept(token, password, visit=_visit(), access=access())
    except BadAccess as error:
        return _link_page(token, link, error)
    return _entered(begun, None)


@bp.post("/sign-out")
def sign_out() -> BaseResponse:
    """End this session."""
    sessions.sign_out(actor(), access=access())
    return _left()


@bp.post("/sign-out-everywhere")
def sign_out_everywhere() -> BaseResponse:
    """End every session of this account, in all browsers."""
    sessions.sign_out_everywhere(actor(), access=access())
    return _left()


def _link_page(token: str, link: links.OpenLink, fault: BadAccess | None) -> Response:
    page = render_template(
        "staff/invited.html",
        link=link,
        token=token,
        fault=fault,
        shortest=SHORTEST,
        longest=LONGEST,
    )
    return make_response(page, problem_of(fault).status if fault else None)


def _is_signed_in() -> bool:
    token = cookies.read(cookies.SESSION)
    return token is not None and sessions.who_has(token, access=access()) is not None


def _visit() -> Visit:
    agent = request.headers.get("User-Agent", "")
    return Visit(asked_from(), agent, former=cookies.read(cookies.SESSION))


def _entered(begun: NewSession, asked: str | None) -> BaseResponse:
    """Lead on with a session's cookie; what a form was tied to before has served."""
    to = request.script_root + asked if asked else url_for("staff_overview.overview")
    response = make_response(redirect(to, SEE_OTHER))
    cookies.give(response, cookies.SESSION, begun.token, begun.ends_at)
    cookies.take_away(response, cookies.VISITOR)
    return response


def _left() -> BaseResponse:
    response = make_response(redirect(url_for("staff_entry.sign_in"), SEE_OTHER))
    cookies.take_away(response, cookies.SESSION)
    return response


def _next(given: MultiDict[str, str]) -> str | None:
    """Give the page of the staff that was asked for; anything else leads astray."""
    asked = given.get("next", "")
    return asked if _OF_THE_STAFF.fullmatch(asked) and "//" not in asked.partition("?")[0] else None
