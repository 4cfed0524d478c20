"""Forgets what a change was before: it can be undone no more, and its pictures go."""

from catalog.staff_changes import StaffChange, forget
from service.access.actor import Actor
from service.access.log import record
from service.errors import UnknownChange
from service.stock.pictures import remove_unreferenced
from service.wiring import Services


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
        let_go = forget(session, [number])
    remove_unreferenced(let_go, services=services)
