"""Reads the values of a request: checked by their schema, and as the catalogue takes them."""

import difflib
from collections.abc import Mapping
from functools import cache
from typing import Any

from marshmallow import Schema, ValidationError, fields
from werkzeug.datastructures import MultiDict

from catalog.filters import Filters
from service.errors import BadRequestValue
from service.finding.offered import Offer, asked_facts, offered_colours

MOST_VALUES = 32  # of one request; nobody means more
_MOST_TOLD = 10  # of the values that are wrong
_LONGEST_TOLD = 64  # characters of a value's name
# How others call what is called otherwise here.
_CALLED_HERE = {
    **dict.fromkeys(("limit", "count", "page_size", "pagesize", "top", "k"), "per_page"),
    **dict.fromkeys(("q", "query", "search", "words", "title", "name"), "text"),
    **dict.fromkeys(("image", "file", "picture", "img", "upload"), "photo"),
    **dict.fromkeys(("offset", "start", "p"), "page"),
    **dict.fromkeys(("instock", "available", "stock"), "in_stock"),
    **dict.fromkeys(("color", "colors", "colours"), "colour"),
    **dict.fromkeys(("fold", "group", "group_by_style", "collapse"), "one_per_style"),
    "label": "category",
    "crop": "box",
    "id": "sku",
}


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
    return checked_values(schema, single) if single else _defaults(schema)


def checked_values(schema: type[Schema], given: Mapping[str, Any]) -> dict[str, Any]:
    """Check and convert values, each of which came once. Raises: BadRequestValue."""
    try:
        return dict(_instance(schema).load(given))
    except ValidationError as error:
        raise _bad_value(schema, error) from error


def _bad_value(schema: type[Schema], error: ValidationError) -> BadRequestValue:
    """Return which values are wrong, and how; of very many only some."""
    faults = sorted((str(name), said) for name, said in error.messages_dict.items())
    found = {}
    for name, said in faults[:_MOST_TOLD]:
        words = _flat(said)
        if "Unknown field." in words and (near := _near(schema, name)):
            words = [f"Unknown field; did you mean {near}?"]
        found[name[:_LONGEST_TOLD]] = words
    lines = [f"{name}: {' '.join(said).rstrip('.')}" for name, said in found.items()]
    more = [f"and {len(faults) - len(found)} more"] if len(faults) > len(found) else []
    return BadRequestValue("; ".join(lines + more), found)


def _near(schema: type[Schema], name: str) -> str | None:
    known = list(_instance(schema).fields)
    simple = name.lower().replace("-", "_")[:_LONGEST_TOLD]
    here = _CALLED_HERE.get(simple)
    close = [here] if here in known else difflib.get_close_matches(simple, known, 1)
    return close[0] if close else None


def _flat(said: Any) -> list[str]:
    """Return what is said of a field; of one that may come several times it is said by place."""
    if isinstance(said, dict):
        return [text for each in said.values() for text in _flat(each)]
    return [str(each) for each in said]


@cache
def _instance(schema: type[Schema]) -> Schema:
    return schema()


@cache
def _defaults(schema: type[Schema]) -> dict[str, Any]:
    """Return what a schema makes of nothing: most searches send a photo and no more."""
    return dict(_instance(schema).load({}))


def filters_of(values: dict[str, Any], offered: Offer) -> Filters:
    """Turn checked values into filters.

    Raises:
        BadFilter: they contradict one another.
        NotOffered: the model does not tell that colour.
    """
    return Filters(
        category=values.get("category"),
        min_price_cents=_cents(values.get("min_price")),
        max_price_cents=_cents(values.get("max_price")),
        in_stock=values.get("in_stock", False),
        text=values.get("text"),
        colours=offered_colours(values.get("colour", []), offered),
        facts=asked_facts(values),
    )


def _cents(price: float | None) -> int | None:
    return None if price is None else round(price * 100)
