"""Ties a route to what the OpenAPI document says of it, and its parameters to the same schemas."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from marshmallow import Schema

from catalog.errors import BadFilter, WrongSchema
from embeddings.errors import BadBundle, DecodingBusy, PhotoTooLarge, UnreadablePhoto
from service.errors import (
    BadKey,
    BadRequestValue,
    DeadlinePassed,
    NoPhoto,
    NotAForm,
    NotAllowed,
    NotReady,
    ServerBusy,
    SlowUpload,
    TooOften,
    UploadTooLarge,
)

View = TypeVar("View", bound=Callable[..., Any])
_ATTRIBUTE = "described_operation"

# What may be wrong with a request, to describe a route by.
ANYWHERE = (ServerBusy, DeadlinePassed)
KEY_PROBLEMS = (BadKey, NotAllowed, TooOften)
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


@dataclass(frozen=True, slots=True)
class Body:
    """What a route takes that is no form."""

    media_type: str
    holds: type[Schema] | None = None  # None: bytes, or lines


@dataclass(frozen=True, slots=True)
class Operation:
    """What a route takes and gives."""

    summary: str
    answer: type[Schema] | None  # None: text, not JSON
    query: type[Schema] | None = None
    form: type[Schema] | None = None
    form_needs_one_of: tuple[str, ...] = ()  # these fields of the form exclude each other
    body: Body | None = None
    headers: tuple[str, ...] = ()  # that it heeds, beside those of every route
    statuses: tuple[int, ...] = (200,)  # of its answers that are no problems
    answer_type: str = "application/json"
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
    """Return what a view was described with, if it was."""
    return getattr(view, _ATTRIBUTE, None)
