"""What the staff changed, with what it was before: kept for a while, so that it can be undone."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, Index, Text, delete, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from catalog.damaged_cells import SoundInteger, SoundText, UtcDateTime
from catalog.dialect.lists import listed
from catalog.dialect.tables import NEVER_REUSED
from catalog.models import Base, Sealed, now

LONGEST_NAME = 200


class StaffChange(Sealed, Base):
    """Something that somebody did to one product or to many."""

    __tablename__ = "staff_change"
    __table_args__ = (NEVER_REUSED,)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now, index=True)
    actor_kind: Mapped[str] = mapped_column(SoundText(16))
    actor_id: Mapped[int | None] = mapped_column(SoundInteger)
    actor: Mapped[str] = mapped_column(SoundText(64))
    name: Mapped[str] = mapped_column(SoundText(LONGEST_NAME))  # what it is called
    undoes: Mapped[int | None] = mapped_column(SoundInteger, index=True)  # another one
    # How many it changed; a thing that is no product, such as a pair of them, counts as one.
    products: Mapped[int] = mapped_column(SoundInteger(0), default=0)
    undone: Mapped[int] = mapped_column(SoundInteger(0), default=0)  # of these: brought back


class StaffChangePart(Sealed, Base):
    """What is undone wholly or not at all: one product, or several that belong together."""

    __tablename__ = "staff_change_part"
    __table_args__ = (
        Index("ix_staff_change_part_change_id_id", "change_id", "id"),
        NEVER_REUSED,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    change_id: Mapped[int] = mapped_column(ForeignKey("staff_change.id", ondelete="CASCADE"))
    sku: Mapped[str] = mapped_column(SoundText(64))  # of its first product
    products: Mapped[int] = mapped_column(SoundInteger(0))
    told: Mapped[str] = mapped_column(Text)  # JSON; see `catalog.kept_states`
    undone_by: Mapped[int | None] = mapped_column(SoundInteger)  # the change that brought it back


class KeptPicture(Sealed, Base):
    """A picture that no product may show any more, and that an undo would want."""

    __tablename__ = "kept_picture"

    change_id: Mapped[int] = mapped_column(
        ForeignKey("staff_change.id", ondelete="CASCADE"), primary_key=True
    )
    digest: Mapped[str] = mapped_column(SoundText(64), primary_key=True, index=True)


def add_parts(session: Session, change_id: int, parts: Sequence[StaffChangePart]) -> None:
    """Add parts to a change, and count their products."""
    for part in parts:
        part.change_id = change_id
    session.add_all(parts)
    session.flush()
    more = sum(part.products for part in parts)
    changed = update(StaffChange).where(StaffChange.id == change_id)
    session.execute(changed.values(products=StaffChange.products + more))


def rename(session: Session, change_id: int, name: str) -> None:
    """Call a change by another name, as when more of it was done."""
    session.execute(update(StaffChange).where(StaffChange.id == change_id).values(name=name))


def keep_pictures(session: Session, change_id: int, digests: Iterable[str]) -> None:
    """Keep pictures for the undo of a change; again it does nothing."""
    query = select(KeptPicture.digest).where(KeptPicture.change_id == change_id)
    asked = sorted(set(digests))
    known = set(session.scalars(query.where(KeptPicture.digest.in_(listed(asked)))))
    new = [KeptPicture(change_id=change_id, digest=each) for each in asked if each not in known]
    session.add_all(new)
    session.flush()


def kept_pictures(session: Session, digests: Iterable[str]) -> set[str]:
    """Return those of these pictures that an undo may want."""
    query = select(KeptPicture.digest).where(KeptPicture.digest.in_(listed(list(digests))))
    return set(session.scalars(query))


def count_kept(session: Session, change_id: int) -> int:
    """Count the pictures that the undo of a change may want: those that its products let go of."""
    query = select(func.count()).select_from(KeptPicture)
    return session.scalar(query.where(KeptPicture.change_id == change_id)) or 0


def stream_kept(session: Session, chunk: int = 5_000) -> Iterable[Sequence[str]]:
    """Return the digests of all kept pictures, some at a time, each once."""
    after = ""
    while True:
        query = select(KeptPicture.digest).where(KeptPicture.digest > after).distinct()
        found = session.scalars(query.order_by(KeptPicture.digest).limit(chunk)).all()
        if found:
            yield found
        if len(found) < chunk:
            return
        after = found[-1]


def parts_to_undo(
    session: Session, change_id: int, before: int | None, most: int
) -> list[StaffChangePart]:
    """Return parts that nobody has undone, the last first, those with an id below `before`."""
    query = select(StaffChangePart).where(
        StaffChangePart.change_id == change_id, StaffChangePart.undone_by.is_(None)
    )
    if before is not None:
        query = query.where(StaffChangePart.id < before)
    return list(session.scalars(query.order_by(StaffChangePart.id.desc()).limit(most)))


def still_to_undo(session: Session, part_ids: Sequence[int]) -> list[StaffChangePart]:
    """Return those of these parts that nobody has undone."""
    query = select(StaffChangePart).where(
        StaffChangePart.id.in_(listed(part_ids)), StaffChangePart.undone_by.is_(None)
    )
    return list(session.scalars(query))


def mark_undone(
    session: Session, change_id: int, parts: Sequence[StaffChangePart], undone_by: int
) -> None:
    """Note that these parts were brought back by another change."""
    ids = [part.id for part in parts]
    undone = update(StaffChangePart).where(StaffChangePart.id.in_(listed(ids)))
    session.execute(undone.values(undone_by=undone_by))
    more = sum(part.products for part in parts)
    changed = update(StaffChange).where(StaffChange.id == change_id)
    session.execute(changed.values(undone=StaffChange.undone + more))


def undo_begun(
    session: Session, change_id: int, actor_kind: str, actor_id: int | None, actor: str
) -> int | None:
    """Return the change by which somebody has begun to undo this one.

    One that was itself undone in part is over.
    """
    query = select(StaffChange.id).where(
        StaffChange.undoes == change_id,
        StaffChange.undone == 0,
        StaffChange.actor_kind == actor_kind,
        StaffChange.actor_id.is_not_distinct_from(actor_id),
        StaffChange.actor == actor,
    )
    return session.scalar(query.order_by(StaffChange.id.desc()).limit(1))


def any_before(session: Session, at: datetime) -> bool:
    """Return whether there are changes from before an instant."""
    return session.scalar(select(StaffChange.id).where(StaffChange.at < at).limit(1)) is not None


def forget_before(session: Session, at: datetime, parts: int, pictures: int) -> list[str] | None:
    """Forget some of the oldest change from before an instant; None where there is none.

    It takes so many of its parts or of its pictures at most, so that nobody who writes waits long,
    and gives the pictures, which may still be wanted elsewhere. The change goes with its last.
    """
    oldest = select(StaffChange.id).where(StaffChange.at < at).order_by(StaffChange.at).limit(1)
    change_id = session.scalar(oldest)
    if change_id is None:
        return None
    of_change = StaffChangePart.change_id == change_id
    some = session.scalars(select(StaffChangePart.id).where(of_change).limit(parts)).all()
    session.execute(delete(StaffChangePart).where(StaffChangePart.id.in_(listed(list(some)))))
    kept = KeptPicture.change_id == change_id
    let_go = session.scalars(select(KeptPicture.digest).where(kept).limit(pictures)).all()
    gone = KeptPicture.digest.in_(listed(list(let_go)))
    session.execute(delete(KeptPicture).where(kept, gone))
    if len(some) < parts and len(let_go) < pictures:
        session.execute(delete(StaffChange).where(StaffChange.id == change_id))
    return list(let_go)


def forget(session: Session, change_id: int) -> list[str]:
    """Forget a change; return the pictures that were kept for it, as `forget_before` does."""
    pictures = select(KeptPicture.digest).where(KeptPicture.change_id == change_id)
    let_go = list(session.scalars(pictures))
    session.execute(delete(StaffChange).where(StaffChange.id == change_id))
    return let_go


def newest_changes(session: Session, most: int, before: int | None = None) -> Sequence[StaffChange]:
    """Return the newest changes, those with a number below `before`."""
    query = select(StaffChange).order_by(StaffChange.id.desc()).limit(most)
    if before is not None:
        query = query.where(StaffChange.id < before)
    return session.scalars(query).all()


def parts_of(session: Session, change_id: int, after: int, most: int) -> list[StaffChangePart]:
    """Return the parts of a change beyond id `after`, by ascending id."""
    query = select(StaffChangePart).where(
        StaffChangePart.change_id == change_id, StaffChangePart.id > after
    )
    return list(session.scalars(query.order_by(StaffChangePart.id).limit(most)))
