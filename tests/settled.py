"""An approximate index that has made its lists anew before it is asked, however few it holds."""

from embeddings.indexes.approximate import ApproximateIndex
from embeddings.search.selection import EVERYTHING, Selection
from embeddings.search.vector_index import Sink
from embeddings.types import Neighbor, Vectors


class SettledIndex(ApproximateIndex):
    """Settles before each search, and before it is written."""

    def search(self, vector: Vectors, k: int, where: Selection = EVERYTHING) -> list[Neighbor]:
        """Settle, then find the `k` nearest of those selected."""
        self.settle()
        return super().search(vector, k, where)

    def write_to(self, file: Sink) -> None:
        """Settle, then write what `from_bytes` reads."""
        self.settle()
        super().write_to(file)


class SettledIndexes:
    """Makes them, so that a whole service can stand on one."""

    def empty(self, dim: int, room: int = 0) -> SettledIndex:
        """Make an index that holds nothing."""
        return SettledIndex(dim, smallest=0)

    def read(self, data: bytes | memoryview) -> ApproximateIndex:
        """Read what an index wrote. Raises: StaleSnapshot."""
        return SettledIndex.from_bytes(data, smallest=0)
