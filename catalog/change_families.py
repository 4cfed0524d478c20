"""Changes of the staff with those that undid them, and did them again: each such family at once."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from catalog.dialect.lists import listed
from catalog.staff_changes import StaffChange, StaffChangePart, newest_changes

Family = Sequence[StaffChange]
"""A change and all that goes back to it, the oldest first; its own first may be forgotten."""

_AT_ONCE = 100


def newest_families(
    session: Session, most: int, before: int | None = None
) -> tuple[list[Family], int | None]:
    """Return the families that were added to last, the newest first, and where the older begin.

    A family stands where its newest change is; those are left out that have one from `before` on.
    """
    found: list[Family] = []
    while rows := newest_changes(session, _AT_ONCE, before):
        families = families_of(session, [row.id for row in rows])
        for row in rows:
            family = families[row.id]
            if family[-1].id != row.id:
                continue  # it stood further up
            if len(found) == most:
                return found, found[-1][-1].id
            found.append(family)
        before = rows[-1].id
    return found, None


def families_of(session: Session, ids: Sequence[int]) -> dict[int, Family]:
    """Return the family of each of these changes."""
    first = _first_of(session, ids)
    members = _members(session, set(first.values()))
    return {id_: members[first[id_]] for id_ in ids if id_ in first}


def _first_of(session: Session, ids: Sequence[int]) -> dict[int, int]:
    """Return the oldest change that each of these goes back to."""
    asked = select(StaffChange.id.label("asked"), StaffChange.id, StaffChange.undoes)
    up = asked.where(StaffChange.id.in_(listed(ids))).cte("up", recursive=True)
    older = aliased(StaffChange)
    # One that it undoes is older than it: a damaged row is not to lead round in a circle.
    up = up.union_all(
        select(up.c.asked, older.id, older.undoes).where(
            older.id == up.c.undoes, older.id < up.c.id
        )
    )
    query = select(up.c.asked, func.min(up.c.id)).group_by(up.c.asked)
    return dict(session.execute(query).all())


def _members(session: Session, firsts: Iterable[int]) -> dict[int, Family]:
    start = select(StaffChange.id.label("first"), StaffChange.id)
    down = start.where(StaffChange.id.in_(listed(sorted(firsts)))).cte("down", recursive=True)
    later = aliased(StaffChange)
    down = down.union_all(
        select(down.c.first, later.id).where(later.undoes == down.c.id, later.id > down.c.id)
    )
    query = select(down.c.first, StaffChange).join(StaffChange, StaffChange.id == down.c.id)
    families: dict[int, list[StaffChange]] = defaultdict(list)
    for first, change in session.execute(query.order_by(StaffChange.id)):
        families[first].append(change)
    return dict(families)


def still_undone(session: Session, parts: Sequence[StaffChangePart]) -> set[int]:
    """Return the ids of those of these parts that were brought back, and not done again since."""
    undone: set[int] = set()
    asked = {part.id: (part.undone_by, part.sku) for part in parts if part.undone_by is not None}
    is_undo = True
    while asked:
        undone = undone | asked.keys() if is_undo else undone - asked.keys()
        by: dict[int, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        for id_, (change_id, sku) in asked.items():
            by[change_id][sku].append(id_)
        asked = {}
        for change_id, skus in by.items():
            query = select(StaffChangePart.sku, StaffChangePart.undone_by).where(
                StaffChangePart.change_id == change_id,
                StaffChangePart.undone_by.is_not(None),
                StaffChangePart.sku.in_(listed(sorted(skus))),
            )
            for sku, undone_by in session.execute(query):
                if undone_by is not None and undone_by > change_id:
                    asked |= dict.fromkeys(skus[sku], (undone_by, sku))
        is_undo = not is_undo
    return undone
