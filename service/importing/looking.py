"""A look at a source before it is imported: what it is, its columns, what its rows say."""

from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from catalog.errors import BadSource
from service.importing.addressed import addressed
from service.importing.opening import SourceOptions, open_source
from service.importing.surveying import Survey, survey
from service.importing.table_columns import Columns
from service.wiring import Services

_SAMPLES = 3  # cells of a column


@dataclass(frozen=True, slots=True)
class Looked:
    """What a source seems to be."""

    columns: Columns | None = None  # None: pictures alone, or nothing that can be read
    survey: Survey | None = None  # None: nothing of it can be read as it stands
    count: int | None = None  # about how many rows or pictures
    ignored: int = 0  # files that are passed over
    fault: str | None = None  # why nothing of it can be imported as it stands


def look_at(path: Path, options: SourceOptions, *, services: Services) -> Looked:
    """Look at a source; nothing is decoded and nothing written."""
    columns: Columns | None = None
    try:
        with (
            open_source(path, options, services.settings.max_upload_bytes) as source,
            addressed(path, options, services=services, dry_run=True) as pictures,
        ):
            if source.table:
                columns = source.table.columns(_SAMPLES)
            found = survey(source, pictures, services=services)
            return Looked(columns, found, source.count(), source.ignored)
    except BadSource as error:
        return Looked(columns, fault=str(error))


def why_not_read(path: Path, options: SourceOptions, *, services: Services) -> str | None:
    """Return why nothing of a source can be imported as it stands; None where something can."""
    try:
        with open_source(path, options, services.settings.max_upload_bytes) as source:
            list(islice(source.rows(), 1))
    except BadSource as error:
        return str(error)
    return None
