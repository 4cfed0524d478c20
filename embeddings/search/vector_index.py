"""The seam behind which an index can be exchanged, and all that the service asks of one."""

from collections.abc import Callable
from typing import Protocol

from embeddings.search.selection import EVERYTHING, Selection
from embeddings.types import Ids, Neighbor, Vectors


class Sink(Protocol):
    """Where bytes go: a file, or what counts or hashes them on their way there."""

    def write(self, data: bytes | memoryview, /) -> int:
        """Take all of these bytes."""
        ...


class VectorIndex(Protocol):
    """A set of (id, unit vector) that finds the nearest by cosine; threads may share one.

    Searches run side by side. A change is seen whole or not at all, and by every later search.
    """

    @property
    def dim(self) -> int:
        """The length of a vector."""
        ...

    def __len__(self) -> int: ...

    def ids(self) -> Ids:
        """Every id held, `(n,)`, in ascending order."""
        ...

    def vectors(self, ids: Ids) -> Vectors:
        """Return the vectors `(n, dim)` held under `ids`, in their order. Raises: KeyError."""
        ...

    def upsert(self, ids: Ids, vectors: Vectors) -> None:
        """Add vectors `(n, dim)` under `ids` `(n,)`, replacing those already held.

        Raises:
            ValueError: an id is negative or comes twice, a vector is not of length 1, or a shape
                or type is wrong; nothing was changed.
        """
        ...

    def remove(self, ids: Ids) -> None:
        """Forget these ids `(m,)`; unknown ones are ignored."""
        ...

    def search(self, vector: Vectors, k: int, where: Selection = EVERYTHING) -> list[Neighbor]:
        """Find the `k` nearest to `vector` `(dim,)` of those selected, best first, ties by id.

        k results come whenever k of them are held, and what comes for a smaller k is always the
        beginning of what comes for a larger one: pages fit together.

        Raises:
            ValueError: the vector is not of length 1, or a shape, a type or `k` is wrong.
        """
        ...

    @property
    def is_settled(self) -> bool:
        """Whether `settle` has nothing to do."""
        ...

    def settle(self, give_up: Callable[[], bool] = ...) -> None:
        """Do what makes later searches quick, and may itself take long.

        What is found needs it not. Searches and changes go on meanwhile; once `give_up` says so,
        it ends soon, and all is as it was.
        """
        ...

    def write_to(self, file: Sink) -> None:
        """Write what the `read` of the same kind of index reads."""
        ...


class IndexKind(Protocol):
    """Makes indexes of one kind: the only place where the service says which it wants."""

    def empty(self, dim: int, room: int = 0) -> VectorIndex:
        """Make an index that holds nothing, for vectors of length `dim`.

        It has `room` for so many: filled up to there, it takes no memory but that.
        """
        ...

    def read(self, data: bytes | memoryview) -> VectorIndex:
        """Read what an index wrote. Raises: StaleSnapshot."""
        ...
