"""The kinds of index that there are to choose from, by name."""

from embeddings.indexes.approximate import ApproximateIndex
from embeddings.indexes.flat import FlatIndex
from embeddings.search.vector_index import IndexKind, VectorIndex

MANY = 300_000  # vectors; up to here an exact search takes a few hundredths of a second
_WORTH_LISTS = 20_000  # fewer are scanned as quickly as they are looked up


class ExactIndexes:
    """Makes indexes that find the nearest exactly."""

    def empty(self, dim: int, room: int = 0) -> VectorIndex:
        """Make an index that holds nothing, for vectors of length `dim`, with `room` for many."""
        return FlatIndex(dim, room)

    def read(self, data: bytes | memoryview) -> VectorIndex:
        """Read what an index wrote. Raises: StaleSnapshot."""
        return FlatIndex.from_bytes(data)


class ApproximateIndexes:
    """Makes indexes that are exact up to some number of vectors, and quick beyond."""

    def __init__(self, smallest: int) -> None:
        """Take the number of vectors up to which they are exact."""
        self._smallest = smallest

    def empty(self, dim: int, room: int = 0) -> VectorIndex:
        """Make an index that holds nothing, for vectors of length `dim`, with `room` for many."""
        return ApproximateIndex(dim, self._smallest, FlatIndex(dim, room))

    def read(self, data: bytes | memoryview) -> VectorIndex:
        """Read what an index wrote, exact or not. Raises: StaleSnapshot."""
        return ApproximateIndex.from_bytes(data, self._smallest)


KINDS: dict[str, IndexKind] = {
    "exact": ExactIndexes(),
    "approximate": ApproximateIndexes(_WORTH_LISTS),
    "auto": ApproximateIndexes(MANY),
}
