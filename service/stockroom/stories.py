"""What became of each change: who made it, who brought it back, and who did it again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from catalog.change_families import Family, families_of, newest_families
from catalog.staff_changes import StaffChange
from service.errors import UnknownChange
from service.stock.undo_names import bare_name, is_undo
from service.stock.undoable import KEPT, is_past
from service.wiring import Services

_TOLD = 6  # steps; of a longer story the first one and the last


@dataclass(frozen=True, slots=True)
class Step:
    """Something that was done of it."""

    number: int  # of the change
    verb: str  # done, undone, done again
    at: datetime
    actor: str
    actor_kind: str
    products: int


@dataclass(frozen=True, slots=True)
class Story:
    """A change with all that became of it."""

    number: int  # of the first change of it that is there
    name: str  # what was done
    products: int  # that this one changed
    steps: tuple[Step, ...]  # the first, and the last ones
    left_out: int  # steps between these
    undone: int  # products that are as they were before it, now
    undo: int | None  # by which change it can be undone; None: it cannot
    redo: int | None  # likewise done again
    until: datetime | None  # then it cannot any more

    @property
    def first(self) -> Step:
        """What was done at first."""
        return self.steps[0]


def newest_stories(
    most: int, before: int | None = None, *, services: Services
) -> tuple[list[Story], int | None]:
    """Give what was done or undone last, each with its story, and before which number is more."""
    with services.database.reading() as session:
        families, older = newest_families(session, most, before)
        return [_story(family) for family in families], older


def story_of(number: int, *, services: Services) -> Story:
    """Give the story that a change belongs to. Raises: UnknownChange."""
    with services.database.reading() as session:
        family = families_of(session, [number]).get(number)
        if family is None:
            days = f"changes are kept for {KEPT.days} days"
            raise UnknownChange(f"no change has the number {number}; {days}")
        return _story(family)


def _story(family: Family) -> Story:
    first = family[0]
    live = [each for each in family if each.undone < each.products and not is_past(each)]
    undo = [each for each in live if not is_undo(each)]
    redo = [each for each in live if is_undo(each)]
    steps = [_step(each) for each in family]
    told = steps if len(steps) <= _TOLD else [steps[0], *steps[1 - _TOLD :]]
    return Story(
        number=first.id,
        name=bare_name(first),
        products=first.products,
        steps=tuple(told),
        left_out=len(steps) - len(told),
        undone=_standing([each for each in family if is_undo(each)]),
        undo=undo[-1].id if undo else None,
        redo=redo[-1].id if redo else None,
        until=max(each.at for each in live) + KEPT if live else None,
    )


def _standing(changes: Sequence[StaffChange]) -> int:
    return sum(max(0, each.products - each.undone) for each in changes)


def _step(change: StaffChange) -> Step:
    verb = "undone" if is_undo(change) else "done" if change.undoes is None else "done again"
    return Step(change.id, verb, change.at, change.actor, change.actor_kind, change.products)
