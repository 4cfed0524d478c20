"""Reads from an address what the stock list is narrowed and sorted to, and writes such."""

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeVar

from flask import url_for
from werkzeug.datastructures import MultiDict

from catalog.errors import BadFilter
from catalog.facts import FILTERS
from catalog.filters import LONGEST_TEXT, Filters, is_text
from catalog.stock_filters import Lacks, StockFilters, WhoseWord
from catalog.stock_order import Order, Place, Sort, Value
from service.finding.offered import asked_facts

Choice = TypeVar("Choice", bound=StrEnum)
Given = dict[str, str]

_FACTS = tuple(fact.column for fact in FILTERS)
_OTHERS = ("decided", "lacks", "stock", "sale", "since", "picture", "job")
_NARROWS = ("text", "category", "colour", *_FACTS, *_OTHERS)
_DIGEST = re.compile("[0-9a-f]{64}")
_STOCKS = ("in", "out")
_HIGHEST_ID = 2**63
_MOST_DIGITS = 18
LONGEST_QUERY = 4_000  # characters of what a list is narrowed to, where a form sends it
FIRST_DOWN = {Sort.ADDED, Sort.CHANGED, Sort.STOCK}
"""What is first listed with the highest first."""


@dataclass(frozen=True, slots=True)
class StockQuery:
    """What a page of the list shows."""

    filters: StockFilters
    order: Order
    place: Place | None
    given: Given  # as it was typed, but for what makes no sense
    notice: str | None  # what makes none, in a sentence

    @property
    def narrows(self) -> Given:
        """What the list is narrowed to, without its order."""
        return {name: value for name, value in self.given.items() if name in _NARROWS}

    def link(self, endpoint: str = "staff_stock.stock", **changed: str | None) -> str:
        """Write the address of this list with something changed; at its first page."""
        wanted: dict[str, Any] = {**self.given, **changed}
        return url_for(endpoint, **{name: value for name, value in wanted.items() if value})

    def sorted_link(self, by: Sort) -> str:
        """Write the address of this list sorted by a column; again, the other way round."""
        down = by in FIRST_DOWN
        if by is self.order.by:
            down = not self.order.down
        return self.link(sort=by.value, down="1" if down else "0")

    def place_link(self, place: Place) -> str:
        """Write the address of the page behind or before a place."""
        return self.link(at=_written(place))


def stock_query(sent: Mapping[str, str] | MultiDict[str, str]) -> StockQuery:
    """Read an address's values; what makes no sense is left out, and said."""
    typed = {name: value.strip() for name, value in sent.items() if value.strip()}
    given = {name: typed[name] for name in (*_NARROWS, "sort", "down") if name in typed}
    bad: list[str] = []
    since = _day(given, bad)
    brought_by = _number(given, "job", bad)
    decided = _choice(given, "decided", WhoseWord, bad)
    lacks = _choice(given, "lacks", Lacks, bad)
    if not _DIGEST.fullmatch(given.get("picture", "0" * 64)):
        bad.append("picture")
        del given["picture"]
    if given.get("stock") not in (None, *_STOCKS):
        bad.append("stock")
        del given["stock"]
    for name in ("text", "category", "colour", *_FACTS):
        if name in given and (len(given[name]) > LONGEST_TEXT or not is_text(given[name])):
            bad.append(name)
            del given[name]
    try:
        shown = Filters(
            category=given.get("category"),
            colours=(given["colour"],) if "colour" in given else (),
            facts=asked_facts({name: [given[name]] for name in _FACTS if name in given}),
            in_stock=given.get("stock") == "in",
        )
    except BadFilter:  # folded, a text may be longer
        bad.append("filter")
        shown = Filters()
    by = _choice(given, "sort", Sort, bad) or Sort.ADDED
    down = given.get("down", "1" if by in FIRST_DOWN else "0") != "0"
    place = _place(typed["at"], by) if "at" in typed else None
    if "at" in typed and place is None:
        bad.append("page")
    filters = StockFilters(
        shown=shown,
        words=given.get("text", ""),
        decided=decided,
        lacks=lacks,
        on_sale="sale" in given,
        sold_out=given.get("stock") == "out",
        changed_since=since,
        picture=given.get("picture"),
        brought_by=brought_by,
    )
    notice = f"This makes no sense and is left out: {', '.join(bad)}." if bad else None
    return StockQuery(filters, Order(by, down), place, given, notice)


def _choice(given: Given, name: str, choices: type[Choice], bad: list[str]) -> Choice | None:
    if name not in given:
        return None
    try:
        return choices(given[name])
    except ValueError:
        bad.append(name)
        del given[name]
        return None


def _day(given: Given, bad: list[str]) -> datetime | None:
    if "since" not in given:
        return None
    try:
        return datetime.strptime(given["since"], "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        bad.append("since")
        del given["since"]
        return None


def _number(given: Given, name: str, bad: list[str]) -> int | None:
    if name not in given:
        return None
    text = given[name]
    if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS:
        return int(text)
    bad.append(name)
    del given[name]
    return None


def _written(place: Place) -> str:
    value = place.value.isoformat() if isinstance(place.value, datetime) else place.value
    told = json.dumps([value, place.id, int(place.before)], separators=(",", ":"))
    return base64.urlsafe_b64encode(told.encode()).decode().rstrip("=")


def _place(text: str, by: Sort) -> Place | None:
    try:
        told = base64.urlsafe_b64decode(text.encode() + b"=" * (-len(text) % 4))
        value, id_, before = json.loads(told)
        if by is Sort.CHANGED and value is not None:
            value = datetime.fromisoformat(value).astimezone(UTC)
        if not isinstance(value, str | int | float | datetime | None) or isinstance(value, bool):
            return None
        if isinstance(value, str) and not is_text(value):
            return None
        if isinstance(value, int) and abs(value) >= _HIGHEST_ID:
            return None
        if type(id_) is not int or not 0 <= id_ < _HIGHEST_ID:
            return None
    except (ValueError, TypeError, OverflowError, RecursionError):
        return None
    known: Value = value
    return Place(known, id_, before=bool(before))
