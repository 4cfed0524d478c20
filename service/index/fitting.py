"""Remembers which products satisfy the filters in demand, and follows every change of them."""

import threading
from collections import OrderedDict
from dataclasses import dataclass, field

import numpy as np
from sqlalchemy.orm import Session

from catalog import changes
from catalog.filter_sql import Ids, fitting_products
from catalog.filters import Filters
from catalog.search_queries import Latest
from service.index.ascending import exchanged
from service.index.styles import KnownStyles

MOST_TOUCHED = 2_000  # products; beyond it asking for all is as quick
_FILTERS = 64  # remembered at most
REMEMBERED_BYTES = 64 * 2**20  # of all that is remembered; 8 a product, of each filter and state
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
        """Return the state of that very instant, if it is remembered."""
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

    def __init__(self, most_bytes: int = REMEMBERED_BYTES) -> None:
        """Take how much may be remembered; what was asked for longest ago goes first."""
        self.styles = KnownStyles()  # of any products, at the same instants
        self._most_bytes = most_bytes
        self._lock = threading.Lock()
        self._kept: OrderedDict[Filters, _Kept] = OrderedDict()

    @property
    def bytes_remembered(self) -> int:
        """How much memory is taken."""
        arrays = {id(s.ids): s.ids.nbytes for kept in self._kept.values() for s in kept.states}
        return sum(arrays.values())

    def find(self, session: Session, at: Latest, filters: Filters) -> Ids:
        """Return the ids `(n,)`, ascending, as of the session's instant `at`.

        It is the same array as before where the answer is the same; do not write to it.
        """
        kept = self._entry(filters)
        if (state := kept.at(at)) is None:
            with kept.lock:
                if (state := kept.at(at)) is None:
                    state = _State(at.number, at.mark, _find(session, at, filters, kept.states))
                    kept.states = (state, *kept.states)[:_STATES]
                    self._make_room()
        return state.ids

    def _entry(self, filters: Filters) -> _Kept:
        with self._lock:
            kept = self._kept.setdefault(filters, _Kept())
            self._kept.move_to_end(filters)
            return kept

    def _make_room(self) -> None:
        with self._lock:
            while len(self._kept) > 1 and (
                len(self._kept) > _FILTERS or self.bytes_remembered > self._most_bytes
            ):
                self._kept.popitem(last=False)


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
