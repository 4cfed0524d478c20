"""Hands SQL a list of any length as one value; a parameter each would end at SQLite's limit."""

import json
from collections.abc import Iterable

from sqlalchemy import Select, func, select


def listed(values: Iterable[int] | Iterable[str]) -> Select[tuple[int]] | Select[tuple[str]]:
    """Give a subquery of these values, for `column.in_(listed(values))`."""
    return select(func.json_each(json.dumps(list(values))).table_valued("value").c.value)
