"""The index that is right by being plain: every other one is compared with it."""

import io

import numpy as np

from embeddings.errors import StaleSnapshot
from embeddings.indexes.checks import check_dim, check_question, check_upsert
from embeddings.search.selection import EVERYTHING, Selection, mask_of
from embeddings.search.vector_index import Sink
from embeddings.types import Ids, Neighbor, Vectors


class BruteForceIndex:
    """Keeps two arrays in ascending order of the ids, and looks at every vector in turn."""

    def __init__(self, dim: int) -> None:
        check_dim(dim)
        self.dim = dim
        self._ids: Ids = np.empty(0, dtype=np.int64)
        self._vectors: Vectors = np.empty((0, dim), dtype=np.float32)

    def __len__(self) -> int:
        return len(self._ids)

    def ids(self) -> Ids:
        """Every id held, in ascending order."""
        return self._ids.copy()

    def vectors(self, ids: Ids) -> Vectors:
        """Give the vectors held under `ids`, in their order. Raises: KeyError."""
        held = dict(zip(self._ids.tolist(), self._vectors, strict=True))
        return np.array([held[id_] for id_ in ids.tolist()], np.float32).reshape(-1, self.dim)

    def upsert(self, ids: Ids, vectors: Vectors) -> None:
        """Add vectors under ids, replacing those already held."""
        check_upsert(ids, vectors, self.dim)
        self.remove(ids)
        all_ids = np.concatenate([self._ids, ids])
        order = np.argsort(all_ids)
        self._ids = all_ids[order]
        self._vectors = np.concatenate([self._vectors, vectors])[order]

    def remove(self, ids: Ids) -> None:
        """Forget these ids; unknown ones are ignored."""
        kept = ~np.isin(self._ids, ids)
        self._ids, self._vectors = self._ids[kept], self._vectors[kept]

    def search(self, vector: Vectors, k: int, where: Selection = EVERYTHING) -> list[Neighbor]:
        """Find the `k` nearest of those selected, best first, ties by id."""
        check_question(vector, k, self.dim)
        wanted = mask_of(where, len(self), lambda ids: np.isin(self._ids, ids))
        ids, vectors = self._ids, self._vectors
        if wanted is not None:
            ids, vectors = ids[wanted], vectors[wanted]
        cosines = np.einsum("ij,j->i", vectors, vector).clip(-1, 1)
        order = np.lexsort((ids, -cosines))[:k]
        return [Neighbor(int(ids[at]), float(cosines[at])) for at in order]

    def write_to(self, file: Sink) -> None:
        """Write what `from_bytes` reads."""
        kept = io.BytesIO()
        np.savez(kept, ids=self._ids, vectors=self._vectors)
        file.write(kept.getvalue())

    @classmethod
    def from_bytes(cls, data: bytes | memoryview) -> "BruteForceIndex":
        """Read what `write_to` wrote. Raises: StaleSnapshot."""
        try:
            with np.load(io.BytesIO(data)) as told:
                index = cls(told["vectors"].shape[1])
                index.upsert(told["ids"], told["vectors"])
        except (ValueError, OSError, EOFError) as error:
            raise StaleSnapshot(f"these are no vectors: {error}") from error
        return index


class BruteForceIndexes:
    """Makes them, so that a whole service can stand on one."""

    def empty(self, dim: int, room: int = 0) -> BruteForceIndex:
        """Make an index that holds nothing."""
        return BruteForceIndex(dim)

    def read(self, data: bytes | memoryview) -> BruteForceIndex:
        """Read what an index wrote. Raises: StaleSnapshot."""
        return BruteForceIndex.from_bytes(data)
