"""The numbered feed of changes that every index follows."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import delete, func, insert, select, text
from sqlalchemy.orm import Session

from catalog.models import Change, ChangeKind, Identity

KEPT = 200_000  # entries; an index that is further behind is rebuilt from the rows

# As text: it runs before every search, and compiling it anew would cost as much as running it.
_LATEST = text(
    "SELECT (SELECT max(number) FROM change), fingerprint, source FROM promotion"
    " ORDER BY id DESC LIMIT 1"
)


@dataclass(frozen=True, slots=True)
class Latest:
    """Where the catalogue stands, and whose readings count."""

    number: int  # of the last change; 0 before the first
    fingerprint: str | None  # of the promoted model; None before the first import
    source: str | None  # where its bundle is: a shipped name or a folder


def latest(session: Session) -> Latest:
    """Say where the catalogue stands; quick enough to ask before every search."""
    row = session.execute(_LATEST).one_or_none()
    if row is None:
        return Latest(0, None, None)
    return Latest(row[0] or 0, row[1], row[2])


def oldest_number(session: Session) -> int:
    """Give the number of the oldest entry still kept; 1 before the first."""
    return session.scalar(select(func.min(Change.number))) or 1


def append(session: Session, kind: ChangeKind, photo_ids: Iterable[int]) -> None:
    """Append an entry for each photo."""
    rows = [{"kind": kind.value, "photo_id": photo_id} for photo_id in photo_ids]
    if rows:
        session.execute(insert(Change.__table__), rows)  # type: ignore[arg-type]


def append_plain(session: Session, kind: ChangeKind, times: int = 1) -> None:
    """Append entries that concern no photo: facts of products, or another model."""
    if times:
        session.execute(
            insert(Change.__table__),  # type: ignore[arg-type]
            [{"kind": kind.value, "photo_id": None}] * times,
        )


def prune(session: Session, kept: int = KEPT) -> None:
    """Forget all but the last `kept` entries (at least 1, so that numbers go on)."""
    last = session.scalar(select(func.max(Change.number))) or 0
    session.execute(delete(Change).where(Change.number <= last - max(1, kept)))


def touched_photos(session: Session, after: int) -> list[int]:
    """Give the ids of the photos that came, went or were read anew since entry `after`."""
    query = (
        select(Change.photo_id)
        .where(Change.number > after, Change.photo_id.is_not(None))
        .distinct()
        .order_by(Change.photo_id)
    )
    return [each for each in session.scalars(query) if each is not None]


def catalogue_uuid(session: Session) -> str:
    """Give what tells this catalogue from every other."""
    return session.scalars(select(Identity.uuid)).one()


def has_gaps(session: Session) -> bool:
    """Say whether an entry between the oldest and the last is missing."""
    query = select(func.min(Change.number), func.max(Change.number), func.count())
    oldest, last, entries = session.execute(query).one()
    return bool(entries) and last - oldest + 1 != entries


def start_anew(session: Session) -> None:
    """Forget all entries but a new one, so that every index is rebuilt from the rows."""
    append_plain(session, ChangeKind.PRODUCT)
    append_plain(session, ChangeKind.PRODUCT)
    prune(session, kept=1)
