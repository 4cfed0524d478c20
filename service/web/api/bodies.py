"""Bodies that are no forms: of writes to products, as JSON, as lines of it, or as a picture."""

import re
from typing import Any

from flask import request
from marshmallow import Schema
from werkzeug.datastructures import ETags

from service.errors import BadRequestValue, NotAForm, UploadTooLarge
from service.tables.json_names import read_json
from service.web.requests.reading import checked_values
from service.web.requests.uploads import MAX_FIELD_BYTES
from service.writing.conditions import ANY, Conditions

JSON, LINES, BYTES = "application/json", "application/x-ndjson", "application/octet-stream"
_MARK = r'(W/)?"[!#-~]*"'
MARKS = rf"^(\*|{_MARK}([ \t]*,[ \t]*{_MARK})*)$"  # of If-Match and If-None-Match
_MERGED = "application/merge-patch+json"  # RFC 7396: what null and silence mean in a PATCH


def json_body() -> object:
    """Read the one JSON value of a body.

    Raises:
        NotAForm: it is of another media type.
        UploadTooLarge: it has more bytes than a product ever has.
        BadRequestValue: it is no JSON.
    """
    _check_type(JSON, _MERGED)
    if (request.content_length or 0) > MAX_FIELD_BYTES:
        raise UploadTooLarge(f"a product has at most {MAX_FIELD_BYTES // 1024} kB")
    data = request.get_data(cache=False)
    if len(data) > MAX_FIELD_BYTES:
        raise UploadTooLarge(f"a product has at most {MAX_FIELD_BYTES // 1024} kB")
    try:
        body: object = read_json(data)
    except ValueError as error:
        raise BadRequestValue(f"the body is no JSON: {error}") from error
    return body


def json_fields(schema: type[Schema]) -> dict[str, Any]:
    """Read the JSON object of a body by its schema.

    Raises:
        NotAForm, UploadTooLarge: as `json_body`.
        BadRequestValue: it is no JSON object, or a field breaks its rule.
    """
    body = json_body()
    if not isinstance(body, dict):
        raise BadRequestValue("the body is a JSON object")
    return checked_values(schema, body)


def lines_body() -> bytes:
    """Read a body of JSON Lines. Raises: NotAForm."""
    _check_type(LINES, "application/jsonl")
    return request.get_data(cache=False)


def picture_body() -> bytes:
    """Read a body that is a picture. Raises: NotAForm: it says that it is something else."""
    if not request.mimetype.startswith("image/"):
        _check_type(BYTES, "")
    return request.get_data(cache=False)


def conditions() -> Conditions:
    """Read what the request wants the product to be like."""
    return Conditions(
        match=_marks("If-Match", request.if_match),
        none_match=_marks("If-None-Match", request.if_none_match),
    )


def _marks(header: str, tags: ETags) -> frozenset[str] | None:
    value = request.headers.get(header)
    if value is None:
        return None
    if not re.fullmatch(MARKS, value):
        rule = f"{header} is * or ETags, each in quotes and with commas between, got {value[:80]}"
        raise BadRequestValue(rule, {header: [rule]})
    # Weak ones never name a state: RFC 9110, section 13.1.1.
    return frozenset({ANY} if tags.star_tag else tags.as_set())


def _check_type(*types: str) -> None:
    if request.mimetype not in types:
        came = f"'{request.mimetype[:80]}'" if request.mimetype else "none"
        raise NotAForm(f"the Content-Type of this body is {types[0]}, got {came}")
