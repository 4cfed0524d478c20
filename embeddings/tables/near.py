"""Finds the name that somebody meant by one that is nearly it."""

from collections.abc import Collection, Iterable
from difflib import get_close_matches

from embeddings.tables.naming import name_of

_LIKE = 0.75  # of difflib's ratio: one letter of four is another


def near_name(cells: Iterable[str], needed: Collection[str]) -> str:
    """Return which cell may be one of the columns `needed`, to put behind a message; or nothing."""
    for cell in cells:
        if any(map(str.isdigit, cell)):  # what stands there is a product
            continue
        if near := get_close_matches(name_of(cell)[:100], needed, 1, _LIKE):
            came = " ".join(name_of(cell).split())[:60]
            return f"; if '{came}' is the {near[0]}, call it '{near[0]}'"
    return ""
