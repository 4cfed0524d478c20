"""Lists of any length as one value each way: a parameter or a row for each would be too many."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import ColumnElement, Select, func, select


def listed(values: Iterable[int] | Iterable[str]) -> Select[tuple[int]] | Select[tuple[str]]:
    """Return a subquery of these values, for `column.in_(listed(values))`."""
    return select(func.json_each(as_list(values)).table_valued("value").c.value)


def rows_of(parameter: str) -> str:
    """Write a table of the list in a parameter: its `value` of each row, by its place, `key`."""
    return f"json_each({parameter})"


def in_list(parameter: str) -> str:
    """Write what comes behind a column that is in the list in a parameter."""
    return f"IN (SELECT value FROM {rows_of(parameter)})"


def as_list(values: Iterable[int] | Iterable[str]) -> str:
    """Write values as the parameter that `rows_of` and `in_list` read."""
    return json.dumps(list(values))


def id_list(ids: Sequence[int]) -> str:
    """Write ids as `as_list` does, in half the time."""
    return "[" + ",".join(map(str, ids)) + "]"


def gathered(column: Any) -> ColumnElement[str]:
    """Return the whole numbers of all rows as one text, in no order; None where there is no row."""
    return func.group_concat(column)


def numbers_of(gathered_text: str | None) -> npt.NDArray[np.int64]:
    """Read what was gathered `(n,)`."""
    return np.fromstring(gathered_text or "", dtype=np.int64, sep=",")


def holds_text(column: Any, part: str) -> ColumnElement[bool]:
    """Return whether a text holds another; unlike LIKE, no sign of it has a meaning of its own."""
    return func.instr(column, part) > 0
