"""The OpenAPI document, made from the routes themselves, and a page that shows it."""

import re
from http import HTTPStatus
from typing import Any, cast

from flask import Blueprint, Flask, Response, current_app, render_template
from marshmallow import Schema
from werkzeug.exceptions import NotFound
from werkzeug.routing import Rule

from service.access.permissions import RULES
from service.problems import PROBLEMS, UNEXPECTED
from service.stock.picture_numbers import MAX_PHOTOS
from service.web.api.answers import answer
from service.web.api.bodies import MARKS
from service.web.api.described import ANYWHERE, KEY_PROBLEMS, Body, Operation, operation_of
from service.web.api.schemas import ProblemOut
from service.web.requests.addresses import root
from service.web.requests.current import services
from service.writing.idempotency import HEADER, KEY

bp = Blueprint("document", __name__, url_prefix="/api/v1")


@bp.before_request
def _keep_private() -> None:
    if services().settings.docs != "public":
        raise NotFound


_KEY = "lookalike.openapi"
PROBLEM_TYPE = "application/problem+json"
_IN_A_PATH = {
    "sku": "The product's SKU; a slash in it is written `~2F`, as the answers' addresses do.",
    "job": "The job's number.",
    "number": "The picture's number, from 1: the order in which they are shown.",
}
_PATTERNS = {HEADER: KEY}
_KEYS = "key"
_SCHEME = {
    "type": "http",
    "scheme": "bearer",
    "description": "A key that the shop's staff draw; docs/accounts.md tells more.",
}
_SAYS = "Find products by a photo; with a key that is for it, write them, too."


@bp.get("/openapi.json")
def openapi() -> Response:
    """Return the document."""
    return answer(document_of(current_app) | {"servers": [{"url": root() or "/"}]})


@bp.get("/docs")
def docs() -> str:
    """Show the document to a person."""
    every = {each.kind: each for each in [*PROBLEMS.values(), UNEXPECTED]}
    return render_template("docs.html", document=document_of(current_app), problems=every.values())


def document_of(app: Flask) -> dict[str, Any]:
    """Describe every route of an application that has an operation attached; made once."""
    if _KEY not in app.extensions:
        app.extensions[_KEY] = _build(app)
    return cast(dict[str, Any], app.extensions[_KEY])


def _build(app: Flask) -> dict[str, Any]:
    from apispec import APISpec  # who is never asked for the document does without
    from apispec.ext.marshmallow import MarshmallowPlugin

    spec = APISpec(
        title="Lookalike",
        version="1",
        openapi_version="3.1.0",
        info={"description": _SAYS, "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"}},
        plugins=[MarshmallowPlugin(schema_name_resolver=_name)],
    )
    spec.components.schema("Problem", schema=ProblemOut)
    spec.components.security_scheme(_KEYS, _SCHEME)
    for rule in app.url_map.iter_rules():
        operation = operation_of(app.view_functions[rule.endpoint])
        if operation is not None:
            [method] = (rule.methods or set()) - {"HEAD", "OPTIONS"}
            told = {method.lower(): _describe(rule, operation)}
            spec.path(path=_path(rule), operations=told)
    return spec.to_dict()


def _name(schema: type[Schema] | Schema) -> str:
    kind = schema if isinstance(schema, type) else type(schema)
    return kind.__name__.removesuffix("Out")


def _path(rule: Rule) -> str:
    """Write a route as OpenAPI does: `/products/<path:sku>` is `/products/{sku}`."""
    return re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)


def _describe(rule: Rule, operation: Operation) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": rule.endpoint.replace(".", "_"),
        "summary": operation.summary,
        "tags": [operation.tag],
        "parameters": [_in_path(name) for name in sorted(rule.arguments)],
        "responses": {str(status): _answer(operation, status) for status in operation.statuses},
    }
    rule_of = RULES[rule.endpoint]
    if rule_of.scope is not None:
        described["security"] = [*([{}] if rule_of.public else []), {_KEYS: [rule_of.scope.value]}]
    if operation.example:
        described["x-codeSamples"] = [{"lang": "Shell", "source": operation.example}]
    if operation.query is not None:
        described["parameters"].append({"in": "query", "schema": operation.query})
    if operation.form is not None:
        described["requestBody"] = {
            "required": True,
            "content": {"multipart/form-data": {"schema": _form(operation)}},
        }
    described["parameters"] += [_in_header(name) for name in operation.headers]
    if operation.body is not None:
        described["requestBody"] = {"required": True, "content": _body(operation.body)}
    for status, titles in _statuses(operation, rule_of.scope is not None).items():
        described["responses"][str(status)] = {
            "description": "; ".join(titles) + ".",
            "content": {PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
    return described


def _answer(operation: Operation, status: int) -> dict[str, Any]:
    if status == HTTPStatus.NO_CONTENT:
        return {"description": "It is done."}
    content: dict[str, Any] = {"text/plain": {"schema": {"type": "string"}}}
    if operation.answer is not None:
        content = {operation.answer_type: {"schema": operation.answer}}
    return {"description": "The answer.", "content": content}


def _body(body: Body) -> dict[str, Any]:
    schema: Any = body.holds or {"type": "string", "format": "binary"}
    return {body.media_type: {"schema": schema}}


def _form(operation: Operation) -> dict[str, Any]:
    needed = [{"required": [name]} for name in operation.form_needs_one_of]
    fields: dict[str, Any] = {"allOf": [operation.form]}
    return fields | {"oneOf": needed} if needed else fields


def _in_header(name: str) -> dict[str, Any]:
    return {
        "in": "header",
        "name": name,
        "schema": {"type": "string", "pattern": _PATTERNS.get(name, MARKS)},
    }


def _in_path(name: str) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string", "minLength": 1, "maxLength": 64}
    if name in ("job", "feed"):
        schema = {"type": "integer", "minimum": 0}
    if name == "number":
        schema = {"type": "integer", "minimum": 1, "maximum": MAX_PHOTOS}
    parameter = {"in": "path", "name": name, "required": True, "schema": schema}
    return parameter | {"description": _IN_A_PATH[name]} if name in _IN_A_PATH else parameter


def _statuses(operation: Operation, with_key: bool) -> dict[int, list[str]]:
    """Return the statuses of an operation's errors, with the titles of each."""
    titles_by_status: dict[int, list[str]] = {}
    for error in (*operation.problems, *(KEY_PROBLEMS if with_key else ()), *ANYWHERE):
        problem = PROBLEMS[error]
        titles = titles_by_status.setdefault(problem.status, [])
        if problem.title not in titles:
            titles.append(problem.title)
    return dict(sorted(titles_by_status.items()))
