"""Remembers how many products each category has, and each value of a fact, as they change."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from time import monotonic, thread_time

import numpy as np

from catalog import changes, products, search_queries
from catalog.fact_counts import FactCount, count_facts
from catalog.filter_sql import ids_of
from catalog.search_queries import Latest
from embeddings.types import Ids
from service.database.sessions import Database, ReadView
from service.index.fitting import MOST_TOUCHED
from service.index.styles import Numbers

_SMALL = 10_000  # products; a catalogue of no more is counted after every change
_LONG = 0.05  # seconds that counting computes; beyond it not every change of a large one is counted
_REST = 20  # times as long as counting took


@dataclass(frozen=True, slots=True)
class CategoryCount:
    """How many products a category has."""

    category: str
    products: int


class CategoryCounts:
    """Counts the products of each category as of this instant; threads may share one."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._at: Latest | None = None
        self._names: dict[str, int] = {}  # of categories, each with its number
        self._table: Numbers = np.empty(0, dtype=np.int32)  # by a product's id; -1: it has none
        self._told: tuple[CategoryCount, ...] = ()

    def current(self) -> tuple[CategoryCount, ...]:
        """Return the counts by name; a category without products is left out."""
        with self._lock:
            self._bring_up_to_date()
            return self._told

    def sort(self, products: Ids) -> dict[str, Ids]:
        """Return which of these products `(m,)`, in their order, are of each category."""
        with self._lock:
            self._bring_up_to_date()
            table, names = self._table, list(self._names)
        known = products[products < len(table)]
        numbers = table[known]
        order = np.argsort(numbers, kind="stable")
        edges = np.searchsorted(numbers[order], np.arange(len(names) + 1))
        parts = zip(names, edges[:-1], edges[1:], strict=True)
        return {name: known[order[start:end]] for name, start, end in parts if end > start}

    def _bring_up_to_date(self) -> None:
        with self._database.read_view() as look:
            at = search_queries.latest(look.driver)
            known = self._at
            if known is not None and (known.number, known.mark) == (at.number, at.mark):
                return
            self._at = None  # should this fail half-way, the next begins anew
            if known is None or not self._follow(look, known):
                self._load(look)
            self._at = at
        counts = np.bincount(self._table[self._table >= 0], minlength=len(self._names)).tolist()
        self._told = tuple(
            CategoryCount(name, counts[self._names[name]])
            for name in sorted(self._names)
            if counts[self._names[name]]
        )

    def _follow(self, look: ReadView, known: Latest) -> bool:
        """Apply what has changed since; say whether that could be told."""
        if not changes.holds(look.session, known.number, known.mark):
            return False
        touched = changes.touched_products(look.session, known.number, MOST_TOUCHED)
        if touched is None:
            return False
        now = products.categories_of(look.session, touched)
        longer = max(touched, default=-1) + 1 - len(self._table)
        # Another array: whoever has been given the one of before may still be reading it.
        self._table = np.pad(self._table, (0, max(0, longer)), constant_values=-1)
        for id_ in touched:
            category = now.get(id_)
            self._table[id_] = -1 if category is None else self._number_of(category)
        return True

    def _load(self, look: ReadView) -> None:
        members = {
            category: ids_of(ids)
            for category, ids in products.by_category(look.session)
            if category is not None
        }
        last = max((int(ids.max()) for ids in members.values() if len(ids)), default=-1)
        self._names = {}
        self._table = np.full(last + 1, -1, dtype=np.int32)
        for category, ids in members.items():
            self._table[ids] = self._number_of(category)

    def _number_of(self, category: str) -> int:
        return self._names.setdefault(category, len(self._names))


class FactCounts:
    """Counts the products of the most common values of each fact; threads may share one.

    A small catalogue is counted anew after every change. Of a large one the counts may be old: it
    is counted a twentieth of the time at most.
    """

    MOST = 100  # values of a fact

    def __init__(self, database: Database, *, small: int = _SMALL, long_s: float = _LONG) -> None:
        """Count anew after every change up to `small` products, or while it takes `long_s`."""
        self._database = database
        self._small = small
        self._long_s = long_s
        self._lock = threading.Lock()
        self._at: Latest | None = None
        self._again = 0.0  # when it may be counted anew
        self._told: Mapping[str, FactCount] = {}

    def current(self) -> Mapping[str, FactCount]:
        """Return the counts by the name of the fact."""
        with self._lock, self._database.read_view() as look:
            at = search_queries.latest(look.driver)
            known = self._at
            same = known is not None and (known.number, known.mark) == (at.number, at.mark)
            if not same and (known is None or monotonic() >= self._again):
                start = thread_time()
                self._told = count_facts(look.session, self.MOST)
                self._at, self._again = at, monotonic() + self._rest_s(look, thread_time() - start)
            return self._told

    def _rest_s(self, look: ReadView, took_s: float) -> float:
        # The time alone does not tell: on a busy machine a dozen products may take long.
        large = took_s > self._long_s and products.count(look.session) > self._small
        return _REST * took_s if large else 0.0
