"""The log of who did what, on what, from where, and when."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from catalog.access import audit
from catalog.access.audit import Asked
from catalog.access.tables import AuditEntry
from service.access.actor import Actor
from service.access.standing import confirm
from service.database.sessions import Database

MOST_DOWNLOADED = 100_000
_MOST_READ = 20_000  # entries of a page, where many tell of one deed
_OF_A_DEED = ("at", "actor_kind", "actor_id", "actor", "action", "address")
COLUMNS = {
    "number": int,
    "at": str,
    "actor_kind": str,
    "actor": str,
    "action": str,
    "subject": str,
    "detail": str,
    "address": str,
}


def record(
    session: Session,
    by: Actor,
    action: str,
    subject: str = "",
    detail: str = "",
    *,
    at: datetime | None = None,
) -> None:
    """Write down what somebody does, in the transaction that does it; long texts are cut.

    Where it changes who they are, it is written down before that.

    Raises:
        NotSignedIn, NotAllowed, BadKey: they have been shut out since their request came.
    """
    confirm(session, by)
    audit.add(
        session,
        kind=by.kind,
        actor_id=by.id,
        actor=by.name,
        action=action,
        subject=subject,
        detail=detail,
        address=by.address,
        at=at,
    )


def record_each(
    session: Session, by: Actor, action: str, subjects: Iterable[str], detail: str = ""
) -> None:
    """Write down what somebody does to each of many things, in the transaction that does it.

    Raises:
        NotSignedIn, NotAllowed, BadKey: as `record`.
    """
    confirm(session, by)
    audit.add_each(
        session,
        subjects,
        kind=by.kind,
        actor_id=by.id,
        actor=by.name,
        action=action,
        detail=detail,
        address=by.address,
    )


def record_all(session: Session, by: Actor, done: Iterable[tuple[str, str, str]]) -> None:
    """Write down many things that somebody does, in the transaction that does them.

    They are told as `action`, `subject` and `detail`.

    Raises:
        NotSignedIn, NotAllowed, BadKey: as `record`.
    """
    confirm(session, by)
    audit.add_all(session, done, kind=by.kind, actor_id=by.id, actor=by.name, address=by.address)


def record_alone(
    by: Actor, action: str, subject: str = "", detail: str = "", *, database: Database
) -> None:
    """Write down what somebody did in transactions of its own, such as an import."""
    with database.writing() as session:
        record(session, by, action, subject, detail)


def entries(asked: Asked, *, database: Database) -> Iterator[dict[str, str | int | float | None]]:
    """Give entries as records, the newest first and at most so many that memory holds them."""
    with database.reading() as session:
        for each in audit.stream(session, asked, MOST_DOWNLOADED):
            yield as_record(each)


@dataclass(slots=True)
class Deed:
    """What somebody did at one instant: to one thing, or the same to many."""

    entry: AuditEntry  # the newest of those that tell of it
    subjects: list[str]  # the newest first
    detail: str  # of each, where it is the same; else none

    def take(self, entry: AuditEntry) -> None:
        """Take in an older entry that tells of it."""
        self.subjects.append(entry.subject)
        self.detail = self.detail if entry.detail == self.detail else ""

    def is_told_by(self, entry: AuditEntry) -> bool:
        """Whether an older entry says the same of another thing."""
        return all(getattr(self.entry, name) == getattr(entry, name) for name in _OF_A_DEED)


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the log."""

    deeds: Sequence[Deed]
    older: int | None  # the number before which the next page begins; None on the last one
    actions: list[str]  # that there are entries of, in the whole log


def page(
    asked: Asked,
    most: int,
    *,
    before: int | None,
    database: Database,
    most_read: int = _MOST_READ,
) -> Page:
    """Give what was done last, as entries older than the one numbered `before` tell it.

    A deed of more things than a page reads goes on, on the next one.
    """
    deeds: list[Deed] = []
    last = None
    with database.reading() as session:
        every = audit.actions(session)
        for read, entry in enumerate(audit.stream(session, asked, most_read + 1, before)):
            same = bool(deeds) and deeds[-1].is_told_by(entry)
            if read == most_read or (len(deeds) == most and not same):
                return Page(deeds, last, every)
            if same:
                deeds[-1].take(entry)
            else:
                deeds.append(Deed(entry, [entry.subject], entry.detail))
            last = entry.id
    return Page(deeds, None, every)


def latest_of(action: str, most: int, *, database: Database) -> Sequence[AuditEntry]:
    """Give the newest entries of an action."""
    with database.reading() as session:
        return audit.page(session, Asked(action=action), most)


def as_record(entry: AuditEntry) -> dict[str, str | int | float | None]:
    """Give an entry by the names of `COLUMNS`."""
    return {
        "number": entry.id,
        "at": entry.at.isoformat(timespec="seconds"),
        "actor_kind": entry.actor_kind,
        "actor": entry.actor,
        "action": entry.action,
        "subject": entry.subject,
        "detail": entry.detail,
        "address": entry.address,
    }
