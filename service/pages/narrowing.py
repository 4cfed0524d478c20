"""Reads a page's filters from its address: what makes no sense is left out, and said."""

from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from werkzeug.datastructures import MultiDict

from catalog.errors import BadFilter
from catalog.filters import Filters
from service.api.answers import filters_of
from service.api.described import read_values
from service.api.schemas import Narrowing
from service.errors import BadRequestValue

_FIELDS = ("category", "text", "min_price", "max_price", "in_stock", "page")
_CALLED = {
    "category": "category",
    "text": "words",
    "min_price": "lowest price",
    "max_price": "highest price",
    "in_stock": "stock",
    "page": "page",
}


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What a shopper narrowed a page to."""

    filters: Filters
    page: int
    given: dict[str, str]  # as it was typed, to fill the form again
    notice: str | None  # what could not be used, in a sentence

    def link(self, page: int = 1, **changed: str | None) -> str:
        """Give this page's address with another page number, or with filters changed."""
        wanted: dict[str, Any] = {**self.given, **changed, "page": str(page) if page > 1 else None}
        return url_for(str(request.endpoint), **(request.view_args or {}), **wanted)


def narrowing_of(sent: MultiDict[str, str]) -> dict[str, str]:
    """Give the filters and the page number among what was sent, as they were typed."""
    given = {name: sent[name].strip() for name in _FIELDS if sent.get(name)}
    return {name: value for name, value in given.items() if value}


def narrowed() -> Narrowed:
    """Read this request's filters and page number."""
    given = narrowing_of(request.args)
    notice = None
    try:
        values = read_values(Narrowing, MultiDict(given))
    except BadRequestValue as error:
        bad = [name for name in _FIELDS if name in error.fields]
        notice = f"This is not a {' or '.join(_CALLED[name] for name in bad)} we can use."
        given = {name: value for name, value in given.items() if name not in bad}
        values = read_values(Narrowing, MultiDict(given))
    try:
        filters = filters_of(values)
    except BadFilter:
        notice = "The lowest price is above the highest, so neither is used."
        values |= {"min_price": None, "max_price": None}
        filters = filters_of(values)
    given.pop("page", None)
    return Narrowed(filters, int(values["page"]), given, notice)
