"""Ties a route to what the OpenAPI document says of it, and its parameters to the same schemas."""

import difflib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

from marshmallow import Schema, ValidationError, fields
from werkzeug.datastructures import MultiDict

from catalog.errors import BadFilter, WrongSchema
from embeddings.errors import BadBundle, DecodingBusy, PhotoTooLarge, UnreadablePhoto
from service.errors import (
    BadRequestValue,
    DeadlinePassed,
    NoPhoto,
    NotAForm,
    NotReady,
    ServerBusy,
    SlowUpload,
    UploadTooLarge,
)

View = TypeVar("View", bound=Callable[..., Any])
_ATTRIBUTE = "described_operation"
MOST_VALUES = 32  # of one request; nobody means more
_MOST_TOLD = 10  # of the values that are wrong
_LONGEST_TOLD = 64  # characters of a value's name

# What may be wrong with a request, to describe a route by.
ANYWHERE = (ServerBusy, DeadlinePassed)
VALUE_PROBLEMS = (BadRequestValue, BadFilter)
UPLOAD_PROBLEMS = (
    SlowUpload,
    UploadTooLarge,
    NotAForm,
    NoPhoto,
    UnreadablePhoto,
    PhotoTooLarge,
    DecodingBusy,
)
SEARCH_PROBLEMS = (NotReady, BadBundle, WrongSchema)

# How others call what is called otherwise here.
_CALLED_HERE = {
    **dict.fromkeys(("limit", "count", "page_size", "pagesize", "top", "k"), "per_page"),
    **dict.fromkeys(("q", "query", "search", "words", "title", "name"), "text"),
    **dict.fromkeys(("image", "file", "picture", "img", "upload"), "photo"),
    **dict.fromkeys(("offset", "start", "p"), "page"),
    **dict.fromkeys(("instock", "available", "stock"), "in_stock"),
    **dict.fromkeys(("color", "colors", "colours"), "colour"),
    "label": "category",
    "crop": "box",
    "id": "sku",
}


@dataclass(frozen=True, slots=True)
class Operation:
    """What a route takes and gives."""

    summary: str
    answer: type[Schema] | None  # None: text, not JSON
    query: type[Schema] | None = None
    form: type[Schema] | None = None
    form_needs_one_of: tuple[str, ...] = ()  # these fields of the form exclude each other
    problems: tuple[type[Exception], ...] = ()
    tag: str = "search"
    example: str = ""  # a call by curl, for `lookalike demo` at $B, from a checkout


def described(operation: Operation) -> Callable[[View], View]:
    """Attach an operation to a view; the document finds it there."""

    def attach(view: View) -> View:
        setattr(view, _ATTRIBUTE, operation)
        return view

    return attach


def operation_of(view: Callable[..., Any]) -> Operation | None:
    """Give what a view was described with, if it was."""
    return getattr(view, _ATTRIBUTE, None)


def read_values(schema: type[Schema], given: MultiDict[str, str]) -> dict[str, Any]:
    """Check and convert the values of a query or a form.

    Raises:
        BadRequestValue: a value breaks its rule, is unknown, or comes twice.
    """
    if len(given) > MOST_VALUES:
        raise BadRequestValue(f"a request has at most {MOST_VALUES} values, this one {len(given)}")
    single: dict[str, Any] = {}
    known = _instance(schema).fields
    for name, values in given.lists():
        if isinstance(known.get(name), fields.List):
            single[name] = values
            continue
        if len(values) > 1:
            raise BadRequestValue(f"{name}: may be given once", {name: ["May be given once."]})
        single[name] = values[0]
    try:
        return dict(_instance(schema).load(single) if single else _defaults(schema))
    except ValidationError as error:
        raise _bad_value(schema, error) from error


def _bad_value(schema: type[Schema], error: ValidationError) -> BadRequestValue:
    """Say which values are wrong, and how; of very many only some."""
    told = sorted((str(name), said) for name, said in error.messages_dict.items())
    found = {}
    for name, said in told[:_MOST_TOLD]:
        words = _flat(said)
        if "Unknown field." in words and (near := _near(schema, name)):
            words = [f"Unknown field; did you mean {near}?"]
        found[name[:_LONGEST_TOLD]] = words
    lines = [f"{name}: {' '.join(said).rstrip('.')}" for name, said in found.items()]
    more = [f"and {len(told) - len(found)} more"] if len(told) > len(found) else []
    return BadRequestValue("; ".join(lines + more), found)


def _near(schema: type[Schema], name: str) -> str | None:
    known = list(_instance(schema).fields)
    simple = name.lower().replace("-", "_")[:_LONGEST_TOLD]
    here = _CALLED_HERE.get(simple)
    close = [here] if here in known else difflib.get_close_matches(simple, known, 1)
    return close[0] if close else None


def _flat(said: Any) -> list[str]:
    """Give what is said of a field; of one that may come several times it is said by place."""
    if isinstance(said, dict):
        return [text for each in said.values() for text in _flat(each)]
    return [str(each) for each in said]


@cache
def _instance(schema: type[Schema]) -> Schema:
    return schema()


@cache
def _defaults(schema: type[Schema]) -> dict[str, Any]:
    """Give what a schema makes of nothing: most searches send a photo and no more."""
    return dict(_instance(schema).load({}))
