"""An index for very many vectors: it looks where the nearest are likely to be."""

import threading
from collections.abc import Callable

import numpy as np

from embeddings.indexes.checks import check_question
from embeddings.indexes.flat import FlatIndex
from embeddings.indexes.lists import InvertedLists, find_centroids
from embeddings.indexes.lists_file import read_lists, write_lists
from embeddings.locks import SharedLock
from embeddings.search.selection import EVERYTHING, And, Not, Only, Selection, left_out
from embeddings.search.vector_index import Sink
from embeddings.types import Ids, Neighbor, Vectors

_HEAD = 256  # nearest that are looked for in lists; what follows them is found exactly
_CANDIDATES = 512  # looked at closely
_PROBES = 64  # lists that a search reads
_GROWTH = 2  # times as many vectors as the lists were made for: then they are made anew
_CHUNK = 20_000  # vectors put into lists at a time
_FEW_CHANGES = 1_000  # that searches may wait for


class ApproximateIndex:
    """A flat index, and lists that tell where in it to look; threads may share one.

    A search for everything looks at the nearest in some lists, with their exact cosines; so it may
    miss one. Beyond the first 256 all is exact again: what was missed comes there, each id comes
    once, and pages fit together. A selection is searched exactly, but for one that leaves out a
    few. Without lists, as up to `smallest` vectors, everything is exact.
    """

    def __init__(self, dim: int, smallest: int, flat: FlatIndex | None = None) -> None:
        """Take the length of a vector, and how many of them are worth lists."""
        self._flat = FlatIndex(dim) if flat is None else flat
        self._smallest = smallest
        self._lists: InvertedLists | None = None
        self._made_for = 0  # vectors that there were when the lists were made
        self._lock = SharedLock()  # of the flat index and the lists together
        self._settling = threading.Lock()  # one at a time
        self._touched: list[Ids] | None = None  # since new lists were begun

    @property
    def dim(self) -> int:
        """The length of a vector."""
        return self._flat.dim

    def __len__(self) -> int:
        return len(self._flat)

    def ids(self) -> Ids:
        """Every id held, `(n,)`, in ascending order."""
        return self._flat.ids()

    def vectors(self, ids: Ids) -> Vectors:
        """Return the vectors `(n, dim)` held under `ids`, in their order. Raises: KeyError."""
        return self._flat.vectors(ids)

    def upsert(self, ids: Ids, vectors: Vectors) -> None:
        """Add vectors `(n, dim)` under `ids` `(n,)`, replacing those already held.

        Raises:
            ValueError: an id is negative or comes twice, a vector is not of length 1, or a shape
                or type is wrong; nothing was changed.
        """
        with self._lock.writing():
            held = None if self._lists is None else self._flat.which_held(ids)
            self._flat.upsert(ids, vectors)
            if self._lists is not None and held is not None:
                self._lists.remove(ids[held])
                self._lists.add(ids, vectors)
            self._note(ids)

    def remove(self, ids: Ids) -> None:
        """Forget these ids `(m,)`; unknown ones are ignored. One call for many is quick."""
        with self._lock.writing():
            self._flat.remove(ids)
            if self._lists is not None:
                self._lists.remove(ids)
            self._note(ids)

    def search(self, vector: Vectors, k: int, where: Selection = EVERYTHING) -> list[Neighbor]:
        """Find the `k` nearest to `vector` `(dim,)` of those selected, best first, ties by id.

        k results come whenever k of them are held.

        Raises:
            ValueError: the vector is not of length 1, or a shape, a type or `k` is wrong.
        """
        check_question(vector, k, self.dim)
        with self._lock.reading():
            out = left_out(where)
            if self._lists is None or out is None or len(out) > _CANDIDATES - _HEAD:
                return self._flat.search(vector, k, where)
            near = self._lists.nearest(vector, _CANDIDATES, _PROBES)
            near = near[~np.isin(near, out)]
            # As many for every k, so that a page is always the same part of the same list.
            head = self._flat.search(vector, _HEAD, Only(near))
            if k <= len(head):
                return head[:k]
            shown = np.array([each.id for each in head], dtype=np.int64)
            rest = And((where, Not(Only(shown))))
            return head + self._flat.search(vector, k - len(head), rest)

    @property
    def is_settled(self) -> bool:
        """Whether there are lists for about as many vectors as are held, where they are of use."""
        return len(self) <= max(self._smallest, _GROWTH * self._made_for)

    def settle(self, give_up: Callable[[], bool] = lambda: False) -> None:
        """Make the lists anew where there are none or too few of them.

        A minute of one processor for a million vectors; searches and changes go on meanwhile.
        """
        with self._settling:
            if self.is_settled:
                return
            with self._lock.writing():
                self._touched, ids = [], self._flat.ids()
            try:
                lists = self._made(ids, give_up)
                while lists is not None and not self._taken(lists, len(ids)):
                    continue
            finally:
                with self._lock.writing():
                    self._touched = None

    def write_to(self, file: Sink) -> None:
        """Write what `from_bytes` reads."""
        with self._lock.reading():
            if self._lists is not None:
                write_lists(file, self._lists, self._flat.ids(), self._made_for)
            self._flat.write_to(file)

    @classmethod
    def from_bytes(cls, data: bytes | memoryview, smallest: int) -> "ApproximateIndex":
        """Read what `write_to` wrote, or a flat index did. Raises: StaleSnapshot."""
        kept, rest = read_lists(data)
        flat = FlatIndex.from_bytes(rest)
        index = cls(flat.dim, smallest, flat)
        if kept is not None:
            index._lists = kept.filled(flat)
            index._made_for = kept.made_for
        return index

    def _note(self, ids: Ids) -> None:
        if self._touched is not None:
            self._touched.append(ids.copy())

    def _made(self, ids: Ids, give_up: Callable[[], bool]) -> InvertedLists | None:
        """Make lists of these ids, of those that are still held when their turn comes."""
        count = int(2 * len(ids) ** 0.5)
        centroids = find_centroids(self._still_held, ids, count, give_up)
        if centroids is None:
            return None
        lists = InvertedLists(centroids)
        for first in range(0, len(ids), _CHUNK):
            if give_up():
                return None
            self._add_held(lists, ids[first : first + _CHUNK])
        return lists

    def _taken(self, lists: InvertedLists, made_for: int) -> bool:
        """Bring lists up to date; take them once that is a matter of a moment."""
        with self._lock.writing():
            touched = np.unique(np.concatenate([np.empty(0, np.int64), *(self._touched or [])]))
            self._touched = []
            if len(touched) <= _FEW_CHANGES:
                self._replace(lists, touched)
                self._lists, self._made_for = lists, made_for
                return True
        self._replace(lists, touched)
        return False

    def _replace(self, lists: InvertedLists, ids: Ids) -> None:
        lists.remove(ids)
        self._add_held(lists, ids)

    def _add_held(self, lists: InvertedLists, ids: Ids) -> None:
        held, vectors = self._flat.held_of(ids)
        lists.add(held, vectors)

    def _still_held(self, ids: Ids) -> Vectors:
        return self._flat.held_of(ids)[1]
