"""The numbered feed of changes that every index follows."""

from collections.abc import Iterable

from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from catalog.dialect.lists import as_list, rows_of
from catalog.models import Change, ChangeKind, Identity, Promotion

TABLE = Change.__tablename__
KEPT = 200_000  # entries; an index that is further behind is rebuilt from the rows

_APPEND = text(f"""INSERT INTO change (kind, photo_id, product_id)
    SELECT :kind, value, (SELECT product_id FROM photo WHERE photo.id = value)
    FROM {rows_of(":ids")} ORDER BY key""")
_APPEND_PRODUCTS = text(f"""INSERT INTO change (kind, product_id)
    SELECT :kind, value FROM {rows_of(":ids")} ORDER BY value""")
_PRUNE = text(f"DELETE FROM {TABLE} WHERE number <= (SELECT max(number) FROM {TABLE}) - :kept")


def holds(session: Session, number: int, mark: int) -> bool:
    """Return whether this very entry is in the feed, and so every later one.

    It is not where it was pruned, nor in a catalogue put back from an older copy, whose later
    entries bear the same numbers and other marks.
    """
    return session.scalar(select(Change.mark).where(Change.number == number)) == mark


def append(session: Session, kind: ChangeKind, photo_ids: Iterable[int]) -> None:
    """Append an entry for each photo; for those that are to go, before their rows do."""
    if ids := [*photo_ids]:
        session.execute(_APPEND, {"kind": kind.value, "ids": as_list(ids)})


def append_products(session: Session, product_ids: Iterable[int]) -> None:
    """Append an entry for each product that came or went, or whose facts have changed."""
    if ids := sorted(set(product_ids)):
        asked = {"kind": ChangeKind.PRODUCT.value, "ids": as_list(ids)}
        session.execute(_APPEND_PRODUCTS, asked)


def append_plain(session: Session, kind: ChangeKind) -> None:
    """Append an entry that names nothing: another model, or facts of any product whatever.

    All that is remembered of products is then forgotten, so name them where they are known.
    """
    session.add(Change(kind=kind.value, photo_id=None))
    session.flush()


def prune(session: Session, kept: int = KEPT) -> None:
    """Forget all but the last `kept` entries (at least 1, so that numbers go on)."""
    session.execute(_PRUNE, {"kept": max(1, kept)})


def touched_photos(session: Session, after: int) -> list[int] | None:
    """Return the ids of the photos that came, went or were read anew since entry `after`.

    None says that it may be any: an entry is damaged.
    """
    query = (
        select(Change.photo_id)
        .where(Change.number > after, Change.photo_id.is_not(None))
        .distinct()
        .order_by(Change.photo_id)
    )
    found = session.scalars(query).all()
    named = [each for each in found if each is not None]
    return named if len(named) == len(found) else None


def touched_products(session: Session, after: int, most: int) -> list[int] | None:
    """Return the ids, ascending, of the products that the entries since `after` concern.

    None says that it may be any: an entry does not name its product, or there are over `most`.
    """
    query = select(Change.product_id).where(Change.number > after).distinct().limit(most + 1)
    found = session.scalars(query).all()
    named = [each for each in found if each is not None]
    return sorted(named) if len(named) == len(found) <= most else None


def catalogue_uuid(session: Session) -> str:
    """Return what tells this catalogue from every other."""
    return session.scalars(select(Identity.uuid)).first() or ""  # or of none, once damaged


def has_gaps(session: Session) -> bool:
    """Return whether an entry between the oldest and the last is missing, or all of them.

    The last is always kept, so that there is none only before the first model was promoted.
    """
    query = select(func.min(Change.number), func.max(Change.number), func.count())
    oldest, last, entries = session.execute(query).one()
    if not entries:
        return session.scalar(select(Promotion.id).limit(1)) is not None
    return bool(last - oldest + 1 != entries)


def mark_anew(session: Session) -> None:
    """Give every entry another mark, so that nobody takes this past for one that they know."""
    session.execute(update(Change).values(mark=func.random()))


def start_anew(session: Session) -> None:
    """Forget all entries but a new one, so that every index is rebuilt from the rows."""
    append_plain(session, ChangeKind.PRODUCT)
    append_plain(session, ChangeKind.PRODUCT)
    prune(session, kept=1)
