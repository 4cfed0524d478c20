"""How much somebody waits for in front of a page; of more a job is made."""

from sqlalchemy.orm import Session

from catalog.staff_changes import StaffChange, count_kept

MOST_AT_ONCE = 1_000
"""Products that are changed meanwhile: a second or two of work."""

MOST_PICTURES = 100
"""Pictures that an undo reads anew: each takes the network some hundredths of a second."""


def is_long(session: Session, change: StaffChange, most: int) -> bool:
    """Whether an undo is of more than so many products, or reads more than `MOST_PICTURES`."""
    if change.products - change.undone > most:
        return True
    return count_kept(session, change.id) > MOST_PICTURES
