"""Remembers which products satisfy the filters in demand, and follows every change of them."""

import threading
from collections import OrderedDict
from dataclasses import dataclass, field

import numpy as np
from sqlalchemy.orm import Session

from catalog import changes
from catalog.filtering import Ids, fitting_products
from catalog.filters import Filters
from catalog.quick import Latest
from service.ascending import exchanged

MOST_TOUCHED = 2_000  # products; beyond it asking for all is as quick
_FILTERS = 64  # remembered; each takes at most 8 bytes a product and state
_STATES = 4  # of each filter: threads look at instants that differ by a change or two


@dataclass(frozen=True, slots=True, eq=False)
class _State:
    """The products that satisfied a filter at one instant."""

    number: int  # of the last change
    mark: int  # of that change
    ids: Ids  # ascending


@dataclass(slots=True, eq=False)
class _Kept:
    """What is remembered of one filter, the state that was found last first."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    states: tuple[_State, ...] = ()

    def at(self, at: Latest) -> _State | None:
        """Give the state of that very instant, if it is remembered."""
        for state in self.states:
            if (state.number, state.mark) == (at.number, at.mark):
                return state
        return None


class FittingProducts:
    """Gives the products that satisfy filters; threads may share one.

    What was asked before is not asked again: of the products that the feed names since, it is
    looked up which satisfy the filters now. Of many who ask the same at once, one asks the
    database and the others wait for it.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[Filters, _Kept] = OrderedDict()

    def find(self, session: Session, at: Latest, filters: Filters) -> Ids:
        """Give the ids `(n,)`, ascending, as of the session's instant `at`.

        It is the same array as before where the answer is the same; do not write to it.
        """
        kept = self._entry(filters)
        if (state := kept.at(at)) is None:
            with kept.lock:
                if (state := kept.at(at)) is None:
                    state = _State(at.number, at.mark, _find(session, at, filters, kept.states))
                    kept.states = (state, *kept.states)[:_STATES]
        return state.ids

    def _entry(self, filters: Filters) -> _Kept:
        with self._lock:
            kept = self._kept.setdefault(filters, _Kept())
            self._kept.move_to_end(filters)
            if len(self._kept) > _FILTERS:
                self._kept.popitem(last=False)
            return kept


def _find(session: Session, at: Latest, filters: Filters, states: tuple[_State, ...]) -> Ids:
    earlier = [state for state in states if state.number < at.number]
    base = max(earlier, key=lambda state: state.number, default=None)
    # Not in the feed is what was pruned, and what belongs to a past that a restore has undone.
    if base is None or not changes.holds(session, base.number, base.mark):
        return fitting_products(session, filters)
    touched = changes.touched_products(session, base.number, MOST_TOUCHED)
    if touched is None:
        return fitting_products(session, filters)
    now = fitting_products(session, filters, among=touched)
    return exchanged(base.ids, np.array(touched, dtype=np.int64), now)
