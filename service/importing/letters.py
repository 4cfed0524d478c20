"""The letters of a table that is no UTF-8: which encoding is likely, and what its columns are then.

A guess is only ever proposed to a person who sees what comes of it; see docs/import.md.
"""

from collections.abc import Sequence
from pathlib import Path

from catalog.errors import BadSource
from embeddings.tables.naming import in_part
from service.importing.opening import SourceOptions, open_source
from service.importing.table_columns import Columns
from service.wiring import Services

LIKELY = "cp1252"  # Excel's plain CSV in Western Europe


def columns_at(path: Path, encoding: str | None, *, services: Services) -> Columns | None:
    """Return the columns of a table; None where there is none that can be read."""
    options = SourceOptions(encoding=encoding)
    try:
        with open_source(path, options, services.settings.max_upload_bytes) as source:
            return None if source.table is None else source.table.columns(1)
    except BadSource:
        return None


def likely_encoding(path: Path, *, services: Services) -> str | None:
    """Return the encoding that a table is likely in whose columns have names that are no UTF-8.

    None where they are UTF-8, even if a byte of it is damaged, or where no other reads them whole.
    """
    columns = columns_at(path, None, services=services)
    if columns is None or columns.are_decoded:
        return None
    if not all(in_part(each.theirs).replace("\ufffd", "").isascii() for each in columns.columns):
        return None
    other = columns_at(path, LIKELY, services=services)
    return LIKELY if other is not None and other.are_decoded else None


def said_anew(
    mapped: Sequence[str], path: Path, before: str | None, now: str | None, *, services: Services
) -> list[str]:
    """Say of columns what was said of them by the names that they had in another encoding.

    `mapped` is written `Their column=ours`; what is said of no column of the file is left out.
    """
    was = columns_at(path, before, services=services)
    is_now = columns_at(path, now, services=services)
    if was is None or is_now is None:
        return list(mapped)
    there = [column.theirs for column in is_now.columns]
    names = {name: name for name in there}
    if len(was.columns) == len(there):
        names |= {old.theirs: new for old, new in zip(was.columns, there, strict=True)}
    said = (each.rpartition("=") for each in mapped)
    return [f"{names[theirs]}={ours}" for theirs, _, ours in said if theirs in names]
