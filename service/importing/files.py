"""What an import takes of a folder or an archive, and what it tells of the files passed over."""

import re
from collections.abc import Callable, Iterable

from catalog.errors import BadSource
from embeddings.errors import BadContents
from embeddings.files.names import printable
from embeddings.tables.contents import Columns, Contents, sort_out
from service.importing.columns import COLUMNS
from service.importing.raw import is_feed
from service.importing.report import RowNote
from service.importing.table import is_table

_OTHER = re.compile(r"\.(?:xlsx|xlsm|parquet|jsonl|ndjson)$", re.IGNORECASE)
_XML = re.compile(r"\.xml$", re.IGNORECASE)
_NAMED = 10  # files passed over that a report names; the others it counts


def _is_other_table(file: str, head: Callable[[], bytes]) -> bool:
    if _XML.search(file):
        return is_feed(head())
    return _OTHER.search(file) is not None


_COLUMNS = Columns(("sku",), COLUMNS, is_table, _is_other_table)


def contents_of(
    files: Iterable[str], head: Callable[[str], bytes], source: str, passed_over: dict[str, str]
) -> Contents:
    """Tell tables, pictures and other files apart, as `sort_out` does. Raises: BadSource."""
    try:
        return sort_out(files, head, source, passed_over, _COLUMNS)
    except BadContents as error:
        raise BadSource(str(error)) from error


def notes_on_files(contents: Contents) -> list[RowNote]:
    """Name the first files that were passed over, and why."""
    named = list(contents.passed_over.items())[:_NAMED]
    return [RowNote(0, "", f"'{printable(name)}' was passed over: {why}") for name, why in named]
