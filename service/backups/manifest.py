"""What a backup says of itself; it is written last, so a file that was cut short has none."""

import json
import re
from dataclasses import asdict, dataclass, fields
from typing import Any

from service.errors import BadBackup

FORMAT = 1
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Manifest:
    """The instant that a backup holds, and how to tell that it is whole."""

    made_at: str  # ISO 8601, UTC
    made_by: str  # the version of Lookalike
    schema: str  # of the tables
    catalogue: str  # the identity of the catalogue
    change: int  # number of the last change
    mark: int  # of that change
    products: int
    pictures: int  # files
    pictures_bytes: int
    pictures_sha256: str  # of all their digests, one after the other as they lie in the file
    database_bytes: int
    database_sha256: str
    lost: tuple[str, ...] = ()  # digests of pictures that were missing or damaged already
    format: int = FORMAT

    def to_json(self) -> bytes:
        """Write it as it lies in the file."""
        return json.dumps(asdict(self), indent=2).encode()


def read_manifest(data: bytes) -> Manifest:
    """Read what `to_json` wrote.

    Raises:
        BadBackup: it is of a newer format, or makes no sense.
    """
    try:
        content: dict[str, Any] = json.loads(data)
        if content["format"] != FORMAT:
            raise BadBackup(
                f"the backup is of format {content['format']!r:.80}, "
                f"this Lookalike reads {FORMAT}: install a newer Lookalike"
            )
        content["lost"] = tuple(map(str, content["lost"]))
        for each in fields(Manifest):
            value = content[each.name]
            if each.type in (int, str) and type(value) is not each.type:
                raise TypeError(f"'{each.name}' is of another kind")
            if isinstance(value, str) and not value.isprintable():  # it is shown in a terminal
                raise ValueError(f"'{each.name}' holds what cannot be shown")
        if not all(map(_DIGEST.fullmatch, content["lost"])):
            raise ValueError("'lost' lists digests of pictures")
        return Manifest(**content)
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise BadBackup(f"the backup's manifest makes no sense: {error}") from error
