"""What was fetched from which address, so that it is not fetched again while it is the same."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import islice

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from catalog.damaged_cells import SoundText, UtcDateTime
from catalog.models import Base, Sealed, now

_AT_ONCE = 500  # addresses in one question


class FetchedFile(Sealed, Base):
    """What last lay at an address, of which only a digest is kept: it may hold a key."""

    __tablename__ = "fetched_file"

    address: Mapped[str] = mapped_column(SoundText(64), primary_key=True)  # its SHA-256
    source_digest: Mapped[str] = mapped_column(SoundText(64))  # of the bytes that came
    etag: Mapped[str | None] = mapped_column(SoundText(500))
    modified: Mapped[str | None] = mapped_column(SoundText(500))  # as the server says it
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now, index=True)


@dataclass(frozen=True, slots=True)
class Fetched:
    """What last came from an address."""

    source_digest: str  # hexadecimal SHA-256 of the bytes
    etag: str | None
    modified: str | None
    asked_at: datetime  # when the server last said so


def fetched_files(session: Session, addresses: Iterable[str]) -> dict[str, Fetched]:
    """Return what is known of these addresses; unknown ones are left out."""
    keys = {_key(address): address for address in addresses}
    found: dict[str, Fetched] = {}
    for part in _parts(keys):
        for row in session.scalars(select(FetchedFile).where(FetchedFile.address.in_(part))):
            found[keys[row.address]] = Fetched(
                row.source_digest, row.etag, row.modified, row.asked_at
            )
    return found


def remember_fetched(session: Session, files: Mapping[str, Fetched]) -> None:
    """Keep what came from these addresses, in the place of what came before."""
    rows = {_key(address): asdict(file) for address, file in files.items()}
    known: set[str] = set()
    for part in _parts(rows):
        query = select(FetchedFile.address).where(FetchedFile.address.in_(part))
        known.update(session.scalars(query))
    # A question and a statement a file would take longer than fetching it.
    for statement, keys in (
        (update(FetchedFile), known),
        (insert(FetchedFile), rows.keys() - known),
    ):
        if told := [{"address": key, **rows[key]} for key in keys]:
            session.execute(statement, told)


def forget_fetched(session: Session, before: datetime) -> None:
    """Forget what nobody has asked for since an instant."""
    session.execute(delete(FetchedFile).where(FetchedFile.asked_at < before))


def _parts(keys: Iterable[str]) -> Iterator[list[str]]:
    left = iter(keys)
    while part := list(islice(left, _AT_ONCE)):
        yield part


def _key(address: str) -> str:
    return hashlib.sha256(address.encode("utf-8", "surrogatepass")).hexdigest()
