"""The index of a model that another has taken the place of, for the searches that it has read."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

from catalog import promotions, readings, search_queries
from catalog.dialect.driver import Driver
from catalog.search_queries import Latest
from service.database.sessions import Database, ReadView
from service.errors import ExpiredSearch, NotReady
from service.index.live import Asking, LiveIndex
from service.index.view import View


class FormerIndex:
    """Searches what a former model has read, as of this instant; threads may share one.

    A shopper's photo is not kept, so after a promotion nobody could read it anew. What the former
    model read in the shop's pictures still is in the rows. Its index is built when the first such
    search comes, mostly from its last snapshot, and let go of when all of them have expired.
    """

    def __init__(
        self, make_index: Callable[[Asking], LiveIndex], database: Database, seconds: float
    ) -> None:
        """Take what makes an index, the catalogue, and for how long a search is remembered."""
        self._make_index = make_index
        self._database = database
        self._seconds = seconds
        self._lock = threading.Lock()
        self._held: tuple[str, LiveIndex] | None = None  # the latest alone
        self._timer: threading.Timer | None = None

    @contextmanager
    def searching(self, fingerprint: str) -> Iterator[tuple[ReadView, View]]:
        """Give the catalogue and the index of a model's readings, both of the same instant.

        Raises:
            ExpiredSearch: the model was never promoted here, cannot be opened, or what it has
                read was dropped.
        """
        index = self._index_of(fingerprint)
        try:
            with index.searching() as (look, view):
                if len(view.index) == 0:
                    raise _expired()
                yield look, view
        except NotReady as error:
            raise _expired() from error

    @property
    def held(self) -> str | None:
        """The fingerprint of the model whose index is in memory; None where none is."""
        held = self._held
        return None if held is None else held[0]

    def _index_of(self, fingerprint: str) -> LiveIndex:
        with self._lock:
            if self._held is not None and self._held[0] == fingerprint:
                return self._held[1]
            with self._database.reading() as session:
                source = promotions.source_of(session, fingerprint)
                if source is None or readings.count(session, fingerprint) == 0:
                    raise _expired()
            index = self._make_index(partial(_latest_of, fingerprint, source))
            self._held = fingerprint, index
            # No search of that model is younger than the promotion of the next, so all expire.
            self._stop_timer()
            self._timer = threading.Timer(self._seconds, self.let_go)
            self._timer.daemon = True
            self._timer.start()
            return index

    def let_go(self) -> None:
        """Let go of what is held; the next search builds it again."""
        with self._lock:
            self._stop_timer()
            self._held = None

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def _latest_of(fingerprint: str, source: str, driver: Driver) -> Latest:
    """Return where the catalogue stands, with a former model in the place of the present one."""
    return replace(search_queries.latest(driver), fingerprint=fingerprint, source=source)


def _expired() -> ExpiredSearch:
    return ExpiredSearch("the shop looks at photos in a new way now; please search again")
