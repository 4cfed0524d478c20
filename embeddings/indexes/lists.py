"""Vectors sorted into lists by the nearest of some centroids, so that a search reads a few lists.

It is the inverted file of Sivic and Zisserman, https://doi.org/10.1109/ICCV.2003.1238663, with its
vectors in float16: what it finds is looked at closely by others.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from embeddings.indexes.library import faiss
from embeddings.types import Ids, Vectors

ListNumbers = npt.NDArray[np.int32]

_ROUNDS = 10  # of k-means; more hardly move the centroids
_SAMPLE = 64  # vectors a centroid is found from
_SEED = 1  # the same vectors give the same lists


class InvertedLists:
    """Sets of (id, vector) beside their centroids. It has no lock of its own."""

    def __init__(self, centroids: Vectors) -> None:
        """Take the centroids `(lists, dim)`, of length 1."""
        count, dim = centroids.shape
        self.centroids = centroids
        inner = faiss().METRIC_INNER_PRODUCT
        self._quantizer = faiss().IndexFlatIP(dim)
        self._quantizer.add(centroids)
        half = faiss().ScalarQuantizer.QT_fp16
        self._lists = faiss().IndexIVFScalarQuantizer(
            self._quantizer, dim, count, half, inner, False
        )
        self._lists.is_trained = True  # float16 has nothing to learn, and the centroids are there

    def __len__(self) -> int:
        return int(self._lists.ntotal)

    def add(self, ids: Ids, vectors: Vectors) -> None:
        """Add vectors `(n, dim)` under ids `(n,)` that are not held."""
        faiss().omp_set_num_threads(1)
        self._lists.add_with_ids(np.ascontiguousarray(vectors), ids)

    def add_sorted(self, ids: Ids, vectors: Vectors, numbers: ListNumbers) -> None:
        """Add vectors whose lists are known `(n,)`: nothing has to be worked out."""
        faiss().omp_set_num_threads(1)
        given = [np.ascontiguousarray(vectors), ids, numbers.astype(np.int64)]
        self._lists.add_core(len(ids), *[faiss().swig_ptr(each) for each in given])

    def remove(self, ids: Ids) -> None:
        """Forget these ids `(m,)`; unknown ones are ignored."""
        if len(ids):
            self._lists.remove_ids(faiss().IDSelectorBatch(ids))

    def nearest(self, vector: Vectors, most: int, probes: int) -> Ids:
        """Return the ids `(m,)`, `most` at most, nearest in the `probes` likeliest lists."""
        faiss().omp_set_num_threads(1)
        params = faiss().SearchParametersIVF(nprobe=min(probes, len(self.centroids)))
        _, found = self._lists.search(vector[None, :], most, params=params)
        ids: Ids = found[0]
        return ids[ids >= 0]

    def numbers_of(self, ids: Ids) -> ListNumbers:
        """Return in which list each of all ids `(n,)`, given in ascending order, is."""
        numbers = np.empty(len(ids), dtype=np.int32)
        lists = self._lists.invlists
        for number in range(len(self.centroids)):
            if size := lists.list_size(number):
                held = faiss().rev_swig_ptr(lists.get_ids(number), size)
                numbers[np.searchsorted(ids, held)] = number
        return numbers


def find_centroids(
    vectors: Callable[[Ids], Vectors], ids: Ids, count: int, give_up: Callable[[], bool]
) -> Vectors | None:
    """Find up to `count` centroids `(lists, dim)` of what `vectors` gives under ids `(n,)`.

    None where there is nothing, or where `give_up` says so; a round takes seconds at most.
    """
    chance = np.random.default_rng(_SEED)
    drawn = chance.choice(ids, min(len(ids), _SAMPLE * count), replace=False)
    sample = vectors(drawn)
    count = min(count, len(sample))
    if not count:
        return None
    centroids: Any = sample[:count]
    for turn in range(_ROUNDS):
        if give_up():
            return None
        faiss().omp_set_num_threads(1)  # it runs beside searches, and leaves them the other cores
        found = faiss().Kmeans(
            sample.shape[1],
            count,
            niter=1,
            spherical=True,
            seed=_SEED + turn,
            min_points_per_centroid=1,
            max_points_per_centroid=_SAMPLE,
        )
        found.train(sample, init_centroids=np.ascontiguousarray(centroids))
        centroids = found.centroids
    return np.ascontiguousarray(centroids, dtype=np.float32)
