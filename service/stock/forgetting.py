"""Forgets what a change was before: it can be undone no more, and its pictures go."""

from catalog.models import now
from catalog.staff_changes import StaffChange, any_before, forget, forget_before
from service.access.actor import Actor
from service.access.log import record
from service.errors import UnknownChange
from service.stock.pictures import remove_unreferenced
from service.stock.undoable import KEPT, LAST_MOMENT
from service.wiring import Services

_PARTS = 1_000  # in one transaction
_PICTURES = 100  # likewise; each is a file to delete while nobody else writes


def forget_change(number: int, *, by: Actor, services: Services) -> None:
    """Forget a change before its time, with the pictures that only its undo would want.

    Raises:
        UnknownChange: there is no such change, or it was forgotten already.
    """
    with services.database.writing() as session:
        change = session.get(StaffChange, number)
        if change is None:
            raise UnknownChange(f"no change has the number {number}")
        record(session, by, "change.forget", str(number), change.name)
        let_go = forget(session, number)
    remove_unreferenced(let_go, services=services)


def forget_past(*, services: Services) -> bool:
    """Forget some of what can be undone no longer; return whether there was any.

    Nobody's own change does it beside: it would have to wait, and an undo would forget what it is
    there to bring back.
    """
    past = now() - KEPT - LAST_MOMENT
    with services.database.reading() as session:
        if not any_before(session, past):
            return False
    with services.database.writing() as session:
        let_go = forget_before(session, past, _PARTS, _PICTURES)
    remove_unreferenced(let_go or [], services=services)
    return True
