"""Remembers which products are variants of one style, and follows every change of them."""

import threading
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from sqlalchemy.orm import Session

from catalog import changes
from catalog.search_queries import Latest
from catalog.styles import every_style, styles_of
from embeddings.search.selection import Mask
from embeddings.types import Ids

_MOST_TOUCHED = 2_000  # products; beyond it asking for all is as quick
_STATES = 4  # threads look at instants that differ by a change or two
_SPARE_NAMES = 1_000  # of styles that are gone, before all are numbered anew
Numbers: TypeAlias = npt.NDArray[np.int32]
_NONE: Numbers = np.empty(0, dtype=np.int32)


@dataclass(frozen=True, slots=True, eq=False)
class Styles:
    """The products that have a style at one instant, and a number of the style of each."""

    table: Numbers = field(default_factory=_NONE.copy)  # by a product's id; -1: it has no style
    highest: int = 0  # numbers are below it

    def __len__(self) -> int:
        return int(np.count_nonzero(self.table >= 0))

    def of(self, products: Ids) -> Ids:
        """Return what stands for each product `(m,)`: variants of a style have it in common."""
        numbers = self.numbers_of(products)
        return np.where(numbers < 0, products, -1 - numbers.astype(np.int64))

    def fewer(self, products: Ids) -> int:
        """Return by how many the styles of these products `(m,)`, in any order, are fewer.

        A product may be there several times; it counts once.
        """
        there = np.zeros(len(self.table), dtype=np.bool_)
        there[products[products < len(there)]] = True
        numbers = self.table[there & (self.table >= 0)]
        seen = np.zeros(self.highest, dtype=np.bool_)
        seen[numbers] = True
        return len(numbers) - int(np.count_nonzero(seen))

    def newest(self, products: Ids) -> Ids:
        """Keep of products `(m,)` the one of the highest id of each style, and those without."""
        if not len(self):
            return products
        numbers = self.numbers_of(products)
        styled = numbers >= 0
        newest = np.zeros(self.highest, dtype=np.int64)
        np.maximum.at(newest, numbers[styled], products[styled])
        kept: Mask = ~styled | (newest[numbers] == products)
        return products[kept]

    def numbers_of(self, products: Ids) -> Numbers:
        """Return the number of each product's style `(m,)`; -1 where it has none."""
        if len(products) and products.max() >= len(self.table):
            numbers = np.full(len(products), -1, dtype=np.int32)
            known = products < len(self.table)
            numbers[known] = self.table[products[known]]
            return numbers
        return self.table[products]


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
    table = np.full(1 + max((int(ids[-1]) for _, ids in every), default=-1), -1, dtype=np.int32)
    for number, (_, ids) in enumerate(every):
        table[ids] = number
    return _State(at.number, at.mark, Styles(table, len(every)), names)


def _exchanged(base: _State, touched: list[int], now: dict[int, str]) -> Styles:
    """Return the styles with those of the touched products, ascending, as they are now."""
    styles, number_of = base.styles, base.names.setdefault
    numbers = [number_of(now[id_], len(base.names)) if id_ in now else -1 for id_ in touched]
    ids = np.array(touched, dtype=np.int64)
    if np.array_equal(styles.numbers_of(ids), numbers):
        return styles
    longer = max(len(styles.table), int(ids[-1]) + 1) - len(styles.table)
    table = np.concatenate([styles.table, np.full(longer, -1, dtype=np.int32)])
    table[ids] = numbers
    return Styles(table, len(base.names))
