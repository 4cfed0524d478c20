"""Hashes that differ by few bits, found by faiss among all that are held."""

import numpy as np

from embeddings.indexes.library import faiss
from embeddings.search.hash_index import NearHashes
from embeddings.types import Pixels


class HammingIndex:
    """Keeps what `HashIndex` promises, by looking at every hash: 70,000 take some milliseconds."""

    def __init__(self, length: int) -> None:
        self._index = faiss().IndexBinaryFlat(8 * length)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def add(self, hashes: Pixels) -> None:
        """Take more hashes `(n, length)`."""
        if len(hashes):
            self._index.add(np.ascontiguousarray(hashes))

    def within(self, questions: Pixels, most_bits: int) -> NearHashes:
        """Find all that differ from a question `(n, length)` by at most so many bits."""
        if not len(questions) or not len(self):
            nothing = np.empty(0, dtype=np.int64)
            return NearHashes(nothing, nothing, nothing)
        limits, bits, rows = self._index.range_search(
            np.ascontiguousarray(questions),
            most_bits + 1,  # it gives what is nearer than that
        )
        counts = np.diff(limits.astype(np.int64))
        return NearHashes(np.repeat(np.arange(len(questions)), counts), rows, bits.astype(np.int64))
