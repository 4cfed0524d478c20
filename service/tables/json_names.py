"""Reads JSON in which no name comes twice: a parser keeps the last and tells nobody (RFC 8259)."""

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

import orjson


def read_json(text: bytes) -> Any:
    """Read a value. Raises: ValueError: it is no JSON, or an object that says something twice."""
    parsed = orjson.loads(text)
    if isinstance(parsed, dict) and (name := name_twice(text, parsed)) is not None:
        raise ValueError(f"it says '{name[:60]}' twice")
    return parsed


def name_twice(text: bytes, parsed: Mapping[str, object]) -> str | None:
    """Return a name that an object has twice; `parsed` is what a parser made of its text."""
    if text.count(b":") <= len(parsed):  # no more than its names need
        return None
    names: list[str] = []

    def keep(pairs: list[tuple[str, object]]) -> None:
        names[:] = [name for name, _ in pairs]  # those of the whole text come last

    try:
        json.loads(text, object_pairs_hook=keep)
    except RecursionError:  # what is so deep is no value of a product, and is told as that
        return None
    return next((name for name, times in Counter(names).items() if times > 1), None)
