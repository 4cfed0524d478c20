"""The seam of an index of hashes, by the bits in which they differ."""

from typing import NamedTuple, Protocol

from embeddings.types import Ids, Pixels


class NearHashes(NamedTuple):
    """Pairs of a question and a hash that is near it, in no order."""

    questions: Ids  # (n,), rows of the questions
    held: Ids  # (n,), rows of the hashes in the order in which they came
    bits: Ids  # (n,), by how many they differ


class HashIndex(Protocol):
    """Hashes of so many bytes, in the order in which they come; one thread uses one."""

    def __len__(self) -> int: ...

    def add(self, hashes: Pixels) -> None:
        """Take more hashes `(n, length)`."""
        ...

    def within(self, questions: Pixels, most_bits: int) -> NearHashes:
        """Find all that differ from a question `(n, length)` by at most so many bits."""
        ...


class HashIndexKind(Protocol):
    """Makes indexes of hashes."""

    def __call__(self, length: int, /) -> HashIndex:
        """Make one for hashes of `length` bytes, which holds nothing."""
        ...
