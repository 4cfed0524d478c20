"""The kinds of index that there are to choose from."""

from embeddings.indexes.flat import FlatIndex
from embeddings.vector_index import VectorIndex


class ExactIndexes:
    """Makes indexes that find the nearest exactly."""

    def empty(self, dim: int) -> VectorIndex:
        """Make an index that holds nothing, for vectors of length `dim`."""
        return FlatIndex(dim)

    def read(self, data: bytes | memoryview) -> VectorIndex:
        """Read what an index wrote. Raises: StaleSnapshot."""
        return FlatIndex.from_bytes(data)
