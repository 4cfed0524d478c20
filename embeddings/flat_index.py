"""Exact search by cosine over vectors in memory; the only module that knows faiss."""

import struct
from functools import cache
from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt

from embeddings.errors import StaleSnapshot
from embeddings.locks import SharedLock
from embeddings.types import Ids, Neighbor, Vectors

# Magic, dim, count; then ids (int64) and vectors (float32), both where processors like them.
_HEADER = struct.Struct("<8sI4xQ")
_MAGIC = b"LKFLAT1\n"
_UNIT_TOLERANCE = 1e-3  # of a squared length; bfloat16 embeddings would fail, float16 pass
# Rounding to float16 moves a value by at most 2^-11 of it, or 2^-25 where it is tiny; the cosine of
# unit vectors moves by no more than the length of that move. Summing in float32 adds a little.
_HALF, _HALF_TINY, _SUM = 2**-11, 2**-25, 2**-23
_CACHED_BYTES = 16 * 2**20  # vectors that a processor's cache holds are as quick in float32
_SPARE = 8  # more candidates than are wanted, so that a second look is rare
_SPARE_COARSE = 40
_LARGEST_TABLE = 2**26  # a table of ids up to here takes 64 MB; larger ids are looked up by sorting


class FlatIndex:
    """A set of (id, unit vector) that finds the nearest exactly; threads may share one.

    Searches run side by side; a change waits for them and is seen whole or not at all.
    """

    def __init__(self, dim: int) -> None:
        if dim < 1:
            raise ValueError(f"an index has a dimension of at least 1, got {dim}")
        self.dim = dim
        self._lock = SharedLock()
        # faiss numbers its rows and moves them up on removal; which id is in which row is ours to
        # know. Its own map of ids is built anew on each removal, 30 ms for 70,000.
        self._flat = _faiss().IndexFlatIP(dim)
        # The same rows in float16: half as long to scan, it says which to look at closely.
        half, inner = _faiss().ScalarQuantizer.QT_fp16, _faiss().METRIC_INNER_PRODUCT
        self._coarse = _faiss().IndexScalarQuantizer(dim, half, inner)
        self._ids: Ids = np.empty(0, dtype=np.int64)  # ascending
        self._rows: Ids = np.empty(0, dtype=np.int64)  # the row of each of `_ids`
        self._id_of_row: Ids = np.empty(0, dtype=np.int64)

    def __len__(self) -> int:
        return len(self._ids)

    def ids(self) -> Ids:
        """Every id held, in ascending order."""
        return self._ids.copy()

    def upsert(self, ids: Ids, vectors: Vectors) -> None:
        """Add vectors `(n, dim)` under `ids` `(n,)`, replacing those already held.

        Raises:
            ValueError: an id is negative or comes twice, a vector is not of length 1, or a shape
                or type is wrong; nothing was changed.
        """
        _check_ids(ids)
        self._check_vectors(vectors, (len(ids), self.dim))
        fresh = np.sort(ids)
        if len(ids) and (fresh[0] < 0 or (fresh[1:] == fresh[:-1]).any()):
            raise ValueError("ids to upsert are at least 0 and each comes once")
        if not len(ids):
            return
        with self._lock.writing():
            held = np.isin(ids, self._ids)
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
        """Forget these ids; unknown ones are ignored. One call for many is quick."""
        _check_ids(ids)
        with self._lock.writing():
            gone = np.isin(self._id_of_row, ids)
            if gone.any():
                self._flat.remove_ids(_bitmap(gone))
                self._coarse.remove_ids(_bitmap(gone))
                self._number(self._id_of_row[~gone])

    def search(self, vector: Vectors, k: int, allowed: Ids | None = None) -> list[Neighbor]:
        """Find the `k` nearest to `vector` `(dim,)`, best first, ties by id.

        With `allowed` only those ids are considered: k results come whenever k of them are held.

        Raises:
            ValueError: the vector is not of length 1, or a shape, a type or `k` is wrong.
        """
        self._check_vectors(vector, (self.dim,))
        if k < 0:
            raise ValueError(f"k is at least 0, got {k}")
        if allowed is not None:
            _check_ids(allowed)
        with self._lock.reading():
            wanted = None if allowed is None else self._rows_within(allowed)
            most = len(self._ids) if wanted is None else int(wanted.sum())
            if not min(k, most):
                return []
            selector = None if wanted is None else _bitmap(wanted)
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
        """Give the vectors `(n, dim)` held under `ids`, in their order. Raises: KeyError."""
        _check_ids(ids)
        with self._lock.reading():
            unknown = ids[~np.isin(ids, self._ids)]
            if len(unknown):
                raise KeyError(f"the index does not hold {unknown[:5].tolist()}")
            return self._held(ids)

    def save(self, path: Path) -> None:
        """Write the vectors to a file that `load` reads."""
        with path.open("wb") as file:
            self.write_to(file)

    def write_to(self, file: IO[bytes]) -> None:
        """Write what `from_bytes` reads."""
        with self._lock.reading():
            ids, vectors = self._ids, self._held(self._ids)
        file.write(_HEADER.pack(_MAGIC, self.dim, len(ids)))
        file.write(ids.astype("<i8", copy=False).data)
        file.write(vectors.astype("<f4", copy=False).data)

    @classmethod
    def load(cls, path: Path) -> "FlatIndex":
        """Read what `save` wrote. Raises: StaleSnapshot."""
        try:
            return cls.from_bytes(path.read_bytes())
        except OSError as error:
            raise StaleSnapshot(f"{path} cannot be read: {error}") from error

    @classmethod
    def from_bytes(cls, data: bytes | memoryview) -> "FlatIndex":
        """Read what `write_to` wrote. Raises: StaleSnapshot."""
        if len(data) < _HEADER.size or bytes(data[: len(_MAGIC)]) != _MAGIC:
            raise StaleSnapshot("this is not the file of a flat index")
        _, dim, count = _HEADER.unpack_from(data)
        if not dim or len(data) != _HEADER.size + count * (8 + 4 * dim):
            raise StaleSnapshot(f"an index of {count} x {dim} has another size: it is torn")
        ids = np.frombuffer(data, "<i8", count, _HEADER.size)
        vectors = np.frombuffer(data, "<f4", count * dim, _HEADER.size + 8 * count)
        vectors = vectors.astype(np.float32, copy=False).reshape(count, dim)
        index = cls(dim)
        try:
            index.upsert(ids.astype(np.int64, copy=False), vectors)
        except ValueError as error:
            raise StaleSnapshot(f"the index file holds nonsense: {error}") from error
        return index

    def _held(self, ids: Ids) -> Vectors:
        return np.asarray(self._memory()[self._rows_of(ids)])

    def _memory(self) -> Vectors:
        """Give faiss's own memory `(rows, dim)`; a change of it is a change of the index."""
        if not self._flat.ntotal:
            return np.empty((0, self.dim), dtype=np.float32)
        flat = _faiss().rev_swig_ptr(self._flat.get_xb(), self._flat.ntotal * self.dim)
        return np.asarray(flat).reshape(-1, self.dim)

    def _halves(self) -> npt.NDArray[np.float16]:
        codes = _faiss().rev_swig_ptr(self._coarse.codes.data(), 2 * self.dim * len(self))
        return np.asarray(codes).view(np.float16).reshape(-1, self.dim)

    def _is_large(self) -> bool:
        return 4 * self.dim * len(self._ids) > _CACHED_BYTES

    def _rows_of(self, held: Ids) -> Ids:
        return self._rows[np.searchsorted(self._ids, held)]

    def _number(self, id_of_row: Ids) -> None:
        self._id_of_row = id_of_row
        self._rows = np.argsort(id_of_row, kind="stable")  # quickest on what is nearly sorted
        self._ids = id_of_row[self._rows]

    def _rows_within(self, allowed: Ids) -> npt.NDArray[np.bool_]:
        """Say of each row whether its id is allowed; a table tells faster than sorting."""
        if not len(self._ids) or self._ids[-1] >= _LARGEST_TABLE:
            return np.isin(self._id_of_row, allowed)
        table = np.zeros(int(self._ids[-1]) + 1, dtype=np.bool_)
        table[allowed[(allowed >= 0) & (allowed < len(table))]] = True
        return table[self._id_of_row]

    def _nearest(self, vector: Vectors, k: int, selector: Any) -> tuple[Vectors, Ids, float]:
        """Give the `k` likeliest in their exact order, and how near the rest may be at most."""
        faiss = _faiss()
        # A search is one pass over memory: a second thread gains nothing alone, costs its
        # start, and takes a core from the next search. OpenMP keeps this number for each thread.
        faiss.omp_set_num_threads(1)
        params = None if selector is None else faiss.SearchParameters(sel=selector)
        scanned = self._coarse if self._is_large() else self._flat
        slack = 1.01 * (_SUM * self.dim + self._is_large() * (_HALF + _HALF_TINY * self.dim**0.5))
        near, rows = scanned.search(vector[None, :], k, params=params)
        # Not by BLAS, which sums rows of one call in different orders: equal vectors must tie.
        cosines = np.einsum("ij,j->i", self._memory()[rows[0]], vector).clip(-1, 1)
        ids = self._id_of_row[rows[0]]
        order = np.lexsort((ids, -cosines))
        return cosines[order], ids[order], float(near[0, -1]) + slack

    def _check_vectors(self, vectors: Vectors, shape: tuple[int, ...]) -> None:
        if not isinstance(vectors, np.ndarray) or vectors.dtype != np.float32:
            raise ValueError(f"vectors are float32 arrays, got {_describe(vectors)}")
        if vectors.shape != shape:
            raise ValueError(f"vectors are of shape {shape} here, got {vectors.shape}")
        squared = np.einsum("...i,...i->...", vectors, vectors)
        if not (np.abs(squared - 1) <= _UNIT_TOLERANCE).all():  # also refuses NaN
            raise ValueError("vectors have length 1 and finite values; these do not")


def _check_ids(ids: Ids) -> None:
    if not isinstance(ids, np.ndarray) or ids.dtype != np.int64 or ids.ndim != 1:
        raise ValueError(f"ids are int64 arrays of one dimension, got {_describe(ids)}")


def _describe(value: object) -> str:
    if isinstance(value, np.ndarray):
        return f"{value.dtype} of shape {value.shape}"
    return type(value).__name__


def _bitmap(rows: npt.NDArray[np.bool_]) -> Any:
    return _faiss().IDSelectorBitmap(np.packbits(rows, bitorder="little"))


@cache
def _faiss() -> Any:
    # Imported when first needed: it takes 0.2 s, and starts threads that a fork would lose.
    import faiss

    return faiss
