"""Exact search by cosine over vectors in memory."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from embeddings.errors import StaleSnapshot
from embeddings.indexes.checks import check_dim, check_question, check_upsert
from embeddings.indexes.flat_file import read_vectors, write_vectors
from embeddings.indexes.library import bitmap, faiss
from embeddings.locks import SharedLock
from embeddings.search.selection import EVERYTHING, Mask, Selection, check_ids, mask_of
from embeddings.search.vector_index import Sink
from embeddings.types import Ids, Neighbor, Vectors

# Rounding to float16 moves a value by at most 2^-11 of it, or 2^-25 where it is tiny; the cosine of
# unit vectors moves by no more than the length of that move. Summing in float32 adds a little.
_HALF, _HALF_TINY, _SUM = 2**-11, 2**-25, 2**-23
_CACHED_BYTES = 16 * 2**20  # vectors that a processor's cache holds are as quick in float32
_SPARE = 8  # more candidates than are wanted, so that a second look is rare
_SPARE_COARSE = 40
_FEW = 64  # ids are looked up one by one
_PART = 5_000  # vectors that are copied at a time, where all would take as much memory again
_LARGEST_TABLE = 2**26  # a table of ids up to here takes 64 MB; larger ids are looked up by sorting


class FlatIndex:
    """A set of (id, unit vector) that finds the nearest exactly; threads may share one.

    Searches run side by side; a change waits for them and is seen whole or not at all.
    """

    def __init__(self, dim: int, room: int = 0) -> None:
        """Take the length of a vector, and how many are to find room without a move of all."""
        check_dim(dim)
        self.dim = dim
        self._lock = SharedLock()
        # faiss numbers its rows and moves them up on removal; which id is in which row is ours to
        # know. Its own map of ids is built anew on each removal, 30 ms for 70,000.
        self._flat = faiss().IndexFlatIP(dim)
        # The same rows in float16: half as long to scan, it says which to look at closely.
        half, inner = faiss().ScalarQuantizer.QT_fp16, faiss().METRIC_INNER_PRODUCT
        self._coarse = faiss().IndexScalarQuantizer(dim, half, inner)
        for index in (self._flat, self._coarse):
            index.codes.resize(room * index.code_size)  # and what was taken once is kept
            index.codes.resize(0)
        self._ids: Ids = np.empty(0, dtype=np.int64)  # ascending
        self._rows: Ids = np.empty(0, dtype=np.int64)  # the row of each of `_ids`
        self._id_of_row: Ids = np.empty(0, dtype=np.int64)

    def __len__(self) -> int:
        return len(self._ids)

    def ids(self) -> Ids:
        """Every id held, `(n,)`, in ascending order."""
        return self._ids.copy()

    def upsert(self, ids: Ids, vectors: Vectors) -> None:
        """Add vectors `(n, dim)` under `ids` `(n,)`, replacing those already held.

        Raises:
            ValueError: an id is negative or comes twice, a vector is not of length 1, or a shape
                or type is wrong; nothing was changed.
        """
        check_upsert(ids, vectors, self.dim)
        if not len(ids):
            return
        with self._lock.writing():
            held = self._holds(ids)
            if held.any():
                rows = self._rows_of(ids[held])
                self._memory()[rows] = vectors[held]
                self._halves()[rows] = vectors[held]
                ids, vectors = ids[~held], vectors[~held]
            if len(ids):
                self._flat.add(np.ascontiguousarray(vectors))
                self._coarse.add_sa_codes(np.ascontiguousarray(vectors, np.float16).view(np.uint8))
                self._number(np.concatenate([self._id_of_row, ids]))

    def remove(self, ids: Ids) -> None:
        """Forget these ids `(m,)`; unknown ones are ignored. One call for many is quick."""
        check_ids(ids)
        with self._lock.writing():
            gone = np.isin(self._id_of_row, ids)
            if gone.any():
                self._flat.remove_ids(bitmap(gone))
                self._coarse.remove_ids(bitmap(gone))
                self._number(self._id_of_row[~gone])

    def search(self, vector: Vectors, k: int, where: Selection = EVERYTHING) -> list[Neighbor]:
        """Find the `k` nearest to `vector` `(dim,)` of those selected, best first, ties by id.

        k results come whenever k of them are held.

        Raises:
            ValueError: the vector is not of length 1, or a shape, a type or `k` is wrong.
        """
        check_question(vector, k, self.dim)
        with self._lock.reading():
            wanted = mask_of(where, len(self._ids), self._rows_within)
            most = len(self._ids) if wanted is None else int(wanted.sum())
            if not min(k, most):
                return []
            selector = None if wanted is None else bitmap(wanted)
            spare = _SPARE_COARSE if self._is_large() else _SPARE
            candidates, k = min(k + spare, most), min(k, most)
            cosines, ids, others = self._nearest(vector, candidates, selector)
            # Those not looked at are at most that near, so a tie is never cut in two either.
            while candidates < most and cosines[k - 1] <= others:
                candidates = min(2 * candidates, most)
                cosines, ids, others = self._nearest(vector, candidates, selector)
        found = zip(ids[:k].tolist(), cosines[:k].tolist(), strict=True)
        return [Neighbor(id_, cosine) for id_, cosine in found]

    def vectors(self, ids: Ids) -> Vectors:
        """Return the vectors `(n, dim)` held under `ids`, in their order. Raises: KeyError."""
        check_ids(ids)
        with self._lock.reading():
            unknown = ids[~self._holds(ids)]
            if len(unknown):
                raise KeyError(f"the index does not hold {unknown[:5].tolist()}")
            return self._held(ids)

    def which_held(self, ids: Ids) -> Mask:
        """Return for each id `(n,)` whether it is held."""
        check_ids(ids)
        with self._lock.reading():
            return self._holds(ids)

    def held_of(self, ids: Ids) -> tuple[Ids, Vectors]:
        """Return those of these ids that are held, and their vectors `(n, dim)`, at one instant."""
        check_ids(ids)
        with self._lock.reading():
            held = ids[self._holds(ids)]
            return held, self._held(held)

    @property
    def is_settled(self) -> bool:
        """Always: there is nothing to do."""
        return True

    def settle(self, give_up: Callable[[], bool] = lambda: False) -> None:
        """Do nothing."""

    def write_to(self, file: Sink) -> None:
        """Write what `from_bytes` reads."""
        with self._lock.reading():
            parts = (self._held(self._ids[first:last]) for first, last in _parts(len(self)))
            write_vectors(file, self._ids, self.dim, parts)

    @classmethod
    def from_bytes(cls, data: bytes | memoryview) -> "FlatIndex":
        """Read what `write_to` wrote. Raises: StaleSnapshot."""
        ids, vectors = read_vectors(data)
        index = cls(vectors.shape[1], len(ids))
        try:
            for first, last in _parts(len(ids)):
                index.upsert(ids[first:last], vectors[first:last])
        except ValueError as error:
            raise StaleSnapshot(f"the index file holds nonsense: {error}") from error
        return index

    def _held(self, ids: Ids) -> Vectors:
        return np.asarray(self._memory()[self._rows_of(ids)])

    def _memory(self) -> Vectors:
        """Return faiss's own memory `(rows, dim)`; a change of it is a change of the index."""
        if not self._flat.ntotal:
            return np.empty((0, self.dim), dtype=np.float32)
        flat = faiss().rev_swig_ptr(self._flat.get_xb(), self._flat.ntotal * self.dim)
        return np.asarray(flat).reshape(-1, self.dim)

    def _halves(self) -> npt.NDArray[np.float16]:
        codes = faiss().rev_swig_ptr(self._coarse.codes.data(), 2 * self.dim * len(self))
        return np.asarray(codes).view(np.float16).reshape(-1, self.dim)

    def _is_large(self) -> bool:
        return 4 * self.dim * len(self._ids) > _CACHED_BYTES

    def _holds(self, ids: Ids) -> Mask:
        """Return for each id whether it is held."""
        if not len(self._ids):
            return np.zeros(len(ids), dtype=np.bool_)
        places = np.searchsorted(self._ids, ids)
        places[places == len(self._ids)] = 0
        return np.asarray(self._ids[places] == ids)

    def _rows_of(self, held: Ids) -> Ids:
        return self._rows[np.searchsorted(self._ids, held)]

    def _number(self, id_of_row: Ids) -> None:
        self._id_of_row = id_of_row
        self._rows = np.argsort(id_of_row, kind="stable")  # quickest on what is nearly sorted
        self._ids = id_of_row[self._rows]

    def _rows_within(self, ids: Ids) -> Mask:
        """Return for each row whether its id is one of these."""
        if len(ids) <= _FEW:
            within = np.zeros(len(self._ids), dtype=np.bool_)
            within[self._rows_of(ids[self._holds(ids)])] = True
            return within
        if not len(self._ids) or self._ids[-1] >= _LARGEST_TABLE:
            return np.isin(self._id_of_row, ids)
        table = np.zeros(int(self._ids[-1]) + 1, dtype=np.bool_)
        table[ids[(ids >= 0) & (ids < len(table))]] = True
        return table[self._id_of_row]

    def _nearest(self, vector: Vectors, k: int, selector: Any) -> tuple[Vectors, Ids, float]:
        """Return the `k` likeliest in their exact order, and how near the rest may be at most."""
        # A search is one pass over memory: a second thread gains nothing alone, costs its
        # start, and takes a core from the next search. OpenMP keeps this number for each thread.
        faiss().omp_set_num_threads(1)
        params = None if selector is None else faiss().SearchParameters(sel=selector)
        scanned = self._coarse if self._is_large() else self._flat
        slack = 1.01 * (_SUM * self.dim + self._is_large() * (_HALF + _HALF_TINY * self.dim**0.5))
        near, rows = scanned.search(vector[None, :], k, params=params)
        # Not by BLAS, which sums rows of one call in different orders: equal vectors must tie.
        cosines = np.einsum("ij,j->i", self._memory()[rows[0]], vector).clip(-1, 1)
        ids = self._id_of_row[rows[0]]
        order = np.lexsort((ids, -cosines))
        return cosines[order], ids[order], float(near[0, -1]) + slack


def _parts(count: int) -> Iterator[tuple[int, int]]:
    """Divide so many rows into parts: the first of each, and the first behind it."""
    return ((first, min(first + _PART, count)) for first in range(0, count, _PART))
