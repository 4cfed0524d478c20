"""Ties a route to what the OpenAPI document says of it, and its parameters to the same schemas."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

from marshmallow import Schema, ValidationError
from werkzeug.datastructures import MultiDict

from service.errors import BadRequestValue

View = TypeVar("View", bound=Callable[..., Any])
_ATTRIBUTE = "described_operation"


@dataclass(frozen=True, slots=True)
class Operation:
    """What a route takes and gives."""

    summary: str
    answer: type[Schema] | None  # None: text, not JSON
    query: type[Schema] | None = None
    form: type[Schema] | None = None
    form_needs_one_of: tuple[str, ...] = ()  # these fields of the form exclude each other
    problems: tuple[int, ...] = ()
    tag: str = "search"


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
    single = {}
    for name, values in given.lists():
        if len(values) > 1:
            raise BadRequestValue(f"{name}: may be given once", {name: ["May be given once."]})
        single[name] = values[0]
    try:
        return dict(_instance(schema).load(single) if single else _defaults(schema))
    except ValidationError as error:
        told = sorted(error.messages_dict.items())
        found = {str(name): [str(each) for each in said] for name, said in told}
        text = "; ".join(f"{name}: {' '.join(said).rstrip('.')}" for name, said in found.items())
        raise BadRequestValue(text, found) from error


@cache
def _instance(schema: type[Schema]) -> Schema:
    return schema()


@cache
def _defaults(schema: type[Schema]) -> dict[str, Any]:
    """Give what a schema makes of nothing: most searches send a photo and no more."""
    return dict(_instance(schema).load({}))
