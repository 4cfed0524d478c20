"""Reads a page's filters from its address: what makes no sense is left out, and said."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from werkzeug.datastructures import MultiDict

from catalog.errors import BadFilter
from catalog.facts import FILTERS, OFFERED
from catalog.filters import Filters
from catalog.words import fold
from embeddings.files.names import clean
from embeddings.model.weights import Weight
from service.errors import BadRequestValue, NotOffered
from service.finding.offered import Offer, offer, offered_weight
from service.web.requests.current import services
from service.web.requests.reading import filters_of, read_values
from service.web.requests.request_schemas import Likeness

_CALLED = {
    "category": "category",
    "colour": "colour",
    "text": "words",
    "min_price": "lowest price",
    "max_price": "highest price",
    "in_stock": "stock",
    **{fact.column: fact.label.lower() for fact in FILTERS},
    "weight": "weight",
    "one_per_style": "choice of styles",
    "page": "page",
}
_MANY = {"colour", *(fact.column for fact in FILTERS)}  # what may be given several times
_SHOWN = {"weight", "one_per_style"}  # they narrow nothing
_OFFERED = 24  # values of a fact; a list of all would never end


@dataclass(frozen=True, slots=True)
class Choice:
    """A fact to narrow a page by: the values to tick, and which are ticked."""

    name: str  # of the filter
    label: str
    values: tuple[str, ...]  # those that are chosen, and the most common
    chosen: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What a shopper narrowed a page to."""

    filters: Filters
    weight: Weight
    page: int
    given: dict[str, str | list[str]]  # as it was typed, to fill the form again
    notice: str | None  # what could not be used, in a sentence
    offered: Offer
    choices: tuple[Choice, ...] = ()
    one_per_style: bool = True

    @property
    def active(self) -> int:
        """How many conditions are set; both prices are one."""
        prices = {"min_price", "max_price"} & self.given.keys()
        return len(self.given.keys() - {"min_price", "max_price", *_SHOWN}) + bool(prices)

    def cleared(self) -> str:
        """Return this page's address without any filter; how it is shown stays."""
        without: dict[str, Any] = dict.fromkeys(self.given.keys() - _SHOWN)
        return self.link(**without)

    def link(self, page: int = 1, **changed: str | list[str] | None) -> str:
        """Return this page's address with another page number, or with filters changed."""
        wanted: dict[str, Any] = {**self.given, **changed, "page": str(page) if page > 1 else None}
        return url_for(str(request.endpoint), **(request.view_args or {}), **wanted)


def narrowing_of(sent: MultiDict[str, str]) -> dict[str, str | list[str]]:
    """Return the filters and the page number among what was sent, as they were typed."""
    found: dict[str, str | list[str]] = {}
    for name in _CALLED:
        values = [text for value in sent.getlist(name) if (text := value.strip())]
        if values:
            found[name] = values if name in _MANY else values[0]
    return found


def narrowed() -> Narrowed:
    """Read this request's filters and page number."""
    offered = offer(services())
    given = narrowing_of(request.args)
    notice = None
    try:
        values = _values(given)
    except BadRequestValue as error:
        bad = [name for name in _CALLED if name in error.fields]
        notice = f"This is not a {' or '.join(_CALLED[name] for name in bad)} we can use."
        given = {name: value for name, value in given.items() if name not in bad}
        values = _values(given)
    try:
        weight = offered_weight(values.get("weight"), offered)
        filters = filters_of(values, offered)
    except NotOffered as error:
        # A link of yesterday's model: what this one does not tell is left out.
        bad = [name for name in _CALLED if name in error.fields]
        notice = f"This is not a {_CALLED[bad[0]]} we can tell, so it is left out."
        for name in ("colour", "weight"):
            given.pop(name, None)
            values.pop(name, None)
        weight, filters = Weight.BALANCED, _filters(values, offered)
    except BadFilter:
        filters = _filters(values, offered)
        notice = "The lowest price is above the highest, so neither is used."
    page = int(values["page"])
    given.pop("page", None)
    # Whoever asks for a style wants to see its variants.
    fold = values.get("one_per_style", not any(name == "style" for name, _ in filters.facts))
    choices = tuple(_choices(given))
    return Narrowed(filters, weight, page, given, notice, offered, choices, fold)


def _choices(given: Mapping[str, str | list[str]]) -> Iterator[Choice]:
    """Yield the facts that products of this catalogue have, with what may be chosen of each."""
    counts = services().facts.current()
    for fact in OFFERED:
        common = {each.folded: each.value for each in counts[fact.name].values[:_OFFERED]}
        typed = {fold(clean(value)): value for value in given.get(fact.column, ())}
        chosen = tuple(common.get(key, value) for key, value in typed.items())
        values = (*common.values(), *(each for each in chosen if each not in common.values()))
        if values:
            yield Choice(fact.column, fact.label, values, chosen)


def _values(given: dict[str, str | list[str]]) -> dict[str, Any]:
    return read_values(Likeness, MultiDict(given))


def _filters(values: dict[str, Any], offered: Offer) -> Filters:
    try:
        return filters_of(values, offered)
    except BadFilter:
        values |= {"min_price": None, "max_price": None}
        return filters_of(values, offered)
