"""Turns errors into answers: problem documents for machines, pages for people."""

import traceback

from flask import Flask, Response, current_app, redirect, render_template, request, url_for
from sqlalchemy.exc import DatabaseError
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.wrappers import Response as BaseResponse

from catalog.dialect.errors import DriverError
from embeddings.errors import DecodingBusy
from embeddings.files.names import legible
from service.errors import (
    BadKey,
    BadRequestValue,
    CatalogueBusy,
    DeadlinePassed,
    NoSpace,
    NotReady,
    NotSignedIn,
    ServerBusy,
    StillBeingDone,
    TooOften,
    UploadTooLarge,
)
from service.failures import is_for_want_of_room
from service.problems import PROBLEMS, SEE_OTHER, UNEXPECTED, Problem, problem_of, problem_of_status
from service.web.requests.proxy import public_prefix
from service.web.requests.security import add_security

# Of what is our own fault a stranger is told no more: the message may name folders of ours.
_TELLS_NO_PATH = (ServerBusy, CatalogueBusy, DeadlinePassed, DecodingBusy, NoSpace)
_FULL = "nothing can be written: try again once there is room, what was finished is kept"
PROBLEM_TYPE = "application/problem+json"
_SIGN_IN = "staff_entry.sign_in"
_EXPLAINED_AT = "/api/v1/docs"
_FOR_STAFF = "/staff"
FOR_PROGRAMS = "/api/"
_FOR_MACHINES = (FOR_PROGRAMS, "/healthz", "/readyz", "/metrics")


def answer_errors(app: Flask) -> None:
    """Answer every error of an application in the shape its route calls for."""
    app.register_error_handler(HTTPException, _from_http)
    app.register_error_handler(Exception, _from_error)


def is_for_machines(path: str) -> bool:
    """Whether who asks for a path reads problem documents, not pages."""
    return path.startswith(_FOR_MACHINES)


def as_read_at(path: str) -> str:
    """Return where an answer reads as at a path: to programs, to the staff, or to shoppers."""
    if is_for_machines(path):
        return FOR_PROGRAMS
    return f"{_FOR_STAFF}/" if path.startswith(_FOR_STAFF) else "/"


def refusal(app: Flask, error: Exception, path: str) -> Response:
    """Word the answer to a request that never reaches its route."""
    prefix = public_prefix(app.extensions["lookalike"].settings)
    with app.test_request_context(path, base_url=f"http://localhost{prefix}/"):
        response = _answer(problem_of(error), str(error), error)
        add_security(response)
        return response


def _from_http(error: HTTPException) -> Response:
    problem = problem_of_status(error.code or UNEXPECTED.status)
    response = _answer(problem, _detail_of(error, problem))
    if "Allow" in (given := error.get_response().headers):
        response.headers["Allow"] = given["Allow"]  # a 405 says what is offered instead
    return response


def _from_error(error: Exception) -> Response | BaseResponse:
    problem = problem_of(error)
    if (
        isinstance(error, NotSignedIn)
        and request.method == "GET"
        and not is_for_machines(request.path)
    ):
        asked = request.full_path.removesuffix("?")
        return redirect(url_for(_SIGN_IN, next=asked), SEE_OTHER)
    if problem is UNEXPECTED and is_for_want_of_room(error):
        problem = PROBLEMS[NoSpace]
    if problem is UNEXPECTED and isinstance(error, (DriverError, DatabaseError)):
        problem = PROBLEMS[NotReady]  # its file is damaged or gone: nothing that a request did
    if problem.is_ours and problem.retry_after_s is None:  # "come again" is no failure
        # The route's template, not the address: that one may hold a shopper's token.
        route = request.url_rule.rule if request.url_rule else "an unknown route"
        trace = "".join(traceback.format_exception(error))
        current_app.logger.error("%s %s failed\n%s", request.method, route, trace)
    if problem.kind == "unexpected":
        detail = "the error is in the log of the server; please try again"
    elif problem is PROBLEMS[NoSpace] and not isinstance(error, NoSpace):
        detail = _FULL
    elif problem.is_ours and not isinstance(error, _TELLS_NO_PATH):
        detail = "the reason is in the log of the server"
    else:
        detail = str(error)
    return _answer(problem, detail, error)


def _answer(problem: Problem, detail: str, error: Exception | None = None) -> Response:
    detail = legible(detail)
    if not is_for_machines(request.path):
        sentence = detail[:1].upper() + detail[1:].rstrip(".") + "."
        at_staff = request.path.startswith(_FOR_STAFF)
        page = render_template(
            "error.html",
            problem=problem,
            detail=sentence,
            at_staff=at_staff,
            job=error.job if isinstance(error, StillBeingDone) else None,
        )
        response = Response(page, problem.status, content_type="text/html; charset=utf-8")
    else:
        document = {
            "type": _type_of(problem),
            "title": problem.title,
            "status": problem.status,
            "detail": detail,
        }
        if isinstance(error, BadRequestValue) and error.fields:
            document["errors"] = error.fields
        if isinstance(error, StillBeingDone):
            document["job"] = error.job
        text = current_app.json.dumps(document)
        response = Response(text, problem.status, content_type=PROBLEM_TYPE)
    response.headers["Cache-Control"] = "no-store"
    wait = error.retry_after_s if isinstance(error, TooOften) else problem.retry_after_s
    if wait is not None:
        response.headers["Retry-After"] = str(wait)
    if isinstance(error, NotSignedIn | BadKey):
        response.headers["WWW-Authenticate"] = 'Bearer realm="Lookalike"'
    return response


def _type_of(problem: Problem) -> str:
    # What HTTP itself says needs no explanation of ours: RFC 9457, section 4.2.1.
    known = problem == UNEXPECTED or problem in PROBLEMS.values()
    return f"{request.script_root}{_EXPLAINED_AT}#{problem.kind}" if known else "about:blank"


def _detail_of(error: HTTPException, problem: Problem) -> str:
    if error.description != type(error).description:
        return error.description or error.name  # our own words
    # Werkzeug's are for somebody at a keyboard, and name no limit.
    if problem == PROBLEMS[UploadTooLarge]:
        limit = current_app.extensions["lookalike"].settings.max_upload_mb
        return f"an upload has at most {limit} MB"
    if isinstance(error, NotFound):
        return "nothing is at this address"
    if isinstance(error, MethodNotAllowed):
        return f"this address answers {', '.join(sorted(error.valid_methods or ()))}"
    return error.description or error.name
