"""Undoes decisions on duplicates, and none of the other changes of the staff."""

from sqlalchemy.orm import Session

from catalog.duplicates.tables import DuplicatePair
from catalog.kept_states import told_of
from catalog.staff_changes import StaffChange, parts_of
from service.access.actor import Actor
from service.duplicates.many import AT_ONCE
from service.errors import UnknownChange
from service.stock.patience import is_long
from service.stock.undoable import is_past
from service.stock.undoing import Undone, undo
from service.wiring import Services

_SOME = 20  # parts at a time
_MOST_PRODUCTS = 2 * AT_ONCE  # of both sides: their undo takes as long as the decision did


def is_long_undo(number: int, *, services: Services) -> bool:
    """Whether the undo of a decision is more than somebody waits for.

    What is no decision is none: `undo_decision` tells of that.
    """
    with services.database.reading() as session:
        change = session.get(StaffChange, number)
        if change is None or is_past(change) or not _decides(session, number):
            return False
        return is_long(session, change, _MOST_PRODUCTS)


def undo_decision(number: int, *, by: Actor, services: Services) -> Undone:
    """Bring back what a decision on duplicates changed, or do again what an undo of one undid.

    Raises:
        UnknownChange: there is no such change, it was forgotten, or it is no such decision.
    """
    with services.database.reading() as session:
        if not _decides(session, number):
            raise UnknownChange(
                f"no decision on duplicates has the change number {number}; "
                "other changes are undone under Changes"
            )
    return undo(number, by=by, services=services)


def _decides(session: Session, number: int) -> bool:
    """Return whether a change is of pairs: each part of such a one holds the row of a pair."""
    after = 0
    while parts := parts_of(session, number, after, _SOME):
        for part in parts:
            told = told_of(part.told)
            if told is not None:  # one that was damaged says nothing of the others
                return any(table == DuplicatePair.__tablename__ for table, *_ in told.rows)
        after = parts[-1].id
    return False
