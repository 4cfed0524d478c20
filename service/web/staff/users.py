"""The accounts, for admins: added, given a role, let in anew, removed."""

from flask import Blueprint, Response, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from catalog.access.terms import Role
from service.access import accounts
from service.access.links import USUAL_HOURS, IssuedLink
from service.errors import BadAccess
from service.problems import SEE_OTHER, problem_of
from service.web.guard.current import access, actor
from service.web.guard.values import sent

bp = Blueprint("staff_users", __name__, url_prefix="/staff/users")


@bp.get("")
def users() -> Response:
    """List the accounts."""
    return _page()


@bp.post("")
def add() -> Response:
    """Add an account, and show its link this once."""
    name, role = sent("name"), sent("role")
    try:
        link = accounts.add_account(name, role, USUAL_HOURS, by=actor(), access=access())
    except BadAccess as error:
        return _page(fault=error, name=name, role=role)
    return _page(link=link)


@bp.post("/<name>/role")
def change_role(name: str) -> BaseResponse:
    """Give an account another role."""
    try:
        accounts.change_role(name, sent("role"), by=actor(), access=access())
    except BadAccess as error:
        return _page(fault=error)
    return redirect(url_for("staff_users.users"), SEE_OTHER)


@bp.post("/<name>/reset")
def reset(name: str) -> Response:
    """End an account's sessions, and show a link to choose another password, this once."""
    link = accounts.reset_account(name, USUAL_HOURS, by=actor(), access=access())
    return _page(link=link)


@bp.post("/<name>/remove")
def remove(name: str) -> BaseResponse:
    """Remove an account."""
    try:
        accounts.remove_account(name, by=actor(), access=access())
    except BadAccess as error:
        return _page(fault=error)
    return redirect(url_for("staff_users.users"), SEE_OTHER)


def _page(
    *,
    link: IssuedLink | None = None,
    fault: BadAccess | None = None,
    name: str = "",
    role: str = Role.VIEWER.value,
) -> Response:
    address = None
    if link is not None:
        address = url_for("staff_entry.invited", token=link.token, _external=True)
    page = render_template(
        "staff/users.html",
        members=accounts.members(access=access()),
        roles=list(Role),
        link=link,
        address=address,
        fault=fault,
        typed={"name": name[:80], "role": role},
    )
    return make_response(page, problem_of(fault).status if fault else None)
