"""What is said of an import that was ended before its last row: what of it is in, and what is not.

However it was ended, while it ran, rested or had lost its worker, this is told from its counts.
"""

from collections.abc import Mapping

from service.wording import counted

_COUNTED = {  # each with its words
    "added": "added",
    "updated": "updated",
    "unchanged": "unchanged",
    "kept": "kept as said before",
    "refused": "refused",
}
_AGAIN = {
    "import": "send the file again, and",
    "feed": "when it is read again,",
}


def rows_of(counts: Mapping[str, int]) -> int:
    """Return how many rows were dealt with."""
    return sum(counts.get(name, 0) for name in _COUNTED)


def said_of_ended(
    kind: str, counts: Mapping[str, int], total: int | None, *, dry_run: bool
) -> str | None:
    """Return what to say of a job that was ended; None of work that is not done row by row."""
    again = _AGAIN.get(kind)
    if again is None:
        return None
    rows = rows_of(counts)
    told_rows = counted(rows, "row")
    if total is not None and total >= rows:
        told_rows = f"{rows:,} of {counted(total, 'row')}"
    if dry_run:
        return f"ended after the check of {told_rows}"
    told = ", ".join(
        f"{counts.get(name, 0):,} {words}"
        for name, words in _COUNTED.items()
        if counts.get(name) or name != "kept"
    )
    if rows == total:
        return f"ended after its last row: {told}"
    return (
        f"ended after {told_rows}: {told}. The others were not looked at: {again} "
        "what is in already is recognised"
    )
