"""Remembers which products are variants of one style, and follows every change of them."""

import threading
from dataclasses import dataclass, field

import numpy as np
from sqlalchemy.orm import Session

from catalog import changes
from catalog.quick import Latest
from catalog.styles import every_style, styles_of
from embeddings.types import Ids
from service.index.ascending import which_held

_MOST_TOUCHED = 2_000  # products; beyond it asking for all is as quick
_STATES = 4  # threads look at instants that differ by a change or two
_SPARE_NAMES = 1_000  # of styles that are gone, before all are numbered anew
_NONE: Ids = np.empty(0, dtype=np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Styles:
    """The products that have a style at one instant, and a number of the style of each."""

    products: Ids = field(default_factory=_NONE.copy)  # `(n,)`, ascending
    numbers: Ids = field(default_factory=_NONE.copy)  # `(n,)`, from 0
    highest: int = 0  # numbers are below it

    def __len__(self) -> int:
        return len(self.products)

    def of(self, products: Ids) -> Ids:
        """Return what stands for each product `(m,)`: one for all variants of a style."""
        standing = products.copy()  # without a style a product stands for itself
        held = which_held(products, self.products)
        standing[held] = -1 - self.numbers[np.searchsorted(self.products, products[held])]
        return standing

    def fewer(self, products: Ids) -> int:
        """Return by how many the styles of these products `(m,)`, in any order, are fewer.

        A product may be there several times; it counts once.
        """
        numbers = self.numbers[np.isin(self.products, products)]
        seen = np.zeros(self.highest, dtype=np.bool_)
        seen[numbers] = True
        return len(numbers) - int(np.count_nonzero(seen))

    def newest(self, products: Ids) -> Ids:
        """Keep of ascending products `(m,)` the last of each style, and those without one."""
        if not len(self):
            return products
        held = np.flatnonzero(which_held(products, self.products))
        numbers = self.numbers[np.searchsorted(self.products, products[held])]
        last = np.full(self.highest, -1, dtype=np.int64)
        np.maximum.at(last, numbers, held)
        kept = np.ones(len(products), dtype=np.bool_)
        kept[held] = last[numbers] == held
        return products[kept]


@dataclass(frozen=True, slots=True, eq=False)
class _State:
    """The styles of one instant."""

    number: int  # of the last change
    mark: int  # of that change
    styles: Styles
    names: dict[str, int]  # the number of each; it only grows, and states share it


class KnownStyles:
    """Gives the styles of an instant; threads may share one.

    Of many who ask at once, one asks the database and the others wait for it; later it asks for
    the products alone that the feed names since.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._states: tuple[_State, ...] = ()

    def at(self, session: Session, at: Latest) -> Styles:
        """Return the styles as of the session's instant `at`.

        They are the same object as before where no style has changed.
        """
        if (state := self._known(at)) is None:
            with self._lock:
                if (state := self._known(at)) is None:
                    state = self._found(session, at)
                    self._states = (state, *self._states)[:_STATES]
        return state.styles

    def _known(self, at: Latest) -> _State | None:
        for state in self._states:
            if (state.number, state.mark) == (at.number, at.mark):
                return state
        return None

    def _found(self, session: Session, at: Latest) -> _State:
        earlier = [state for state in self._states if state.number < at.number]
        base = max(earlier, key=lambda state: state.number, default=None)
        # Not in the feed is what was pruned, and what belongs to a past that a restore has undone.
        if base is None or not changes.holds(session, base.number, base.mark):
            return _load(session, at)
        touched = changes.touched_products(session, base.number, _MOST_TOUCHED)
        if touched is None or len(base.names) > _SPARE_NAMES + 2 * len(base.styles):
            return _load(session, at)
        styles = _exchanged(base, touched, styles_of(session, touched))
        return _State(at.number, at.mark, styles, base.names)


def _load(session: Session, at: Latest) -> _State:
    every = every_style(session)
    names = {name: number for number, (name, _) in enumerate(every)}
    products = np.concatenate([_NONE, *(ids for _, ids in every)])
    numbers = np.repeat(np.arange(len(every)), [len(ids) for _, ids in every]).astype(np.int64)
    order = np.argsort(products)
    return _State(at.number, at.mark, Styles(products[order], numbers[order], len(every)), names)


def _exchanged(base: _State, touched: list[int], now: dict[int, str]) -> Styles:
    """Return the styles with those of the touched products, ascending, as they are now."""
    styles = base.styles
    come = np.array([id_ for id_ in touched if id_ in now], dtype=np.int64)
    number_of = base.names.setdefault
    numbers = [number_of(now[id_], len(base.names)) for id_ in come.tolist()]
    gone = np.isin(styles.products, np.array(touched, dtype=np.int64))
    same = np.array_equal(styles.products[gone], come)
    if same and np.array_equal(styles.numbers[gone], numbers):
        return styles
    rest = styles.products[~gone]
    places = np.searchsorted(rest, come)
    return Styles(
        np.insert(rest, places, come),
        np.insert(styles.numbers[~gone], places, numbers),
        len(base.names),
    )
