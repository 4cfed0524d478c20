"""Inverted lists as bytes, before those of the flat index that they belong to."""

import struct
from dataclasses import dataclass

import numpy as np

from embeddings.errors import StaleSnapshot
from embeddings.indexes.flat import FlatIndex
from embeddings.indexes.lists import InvertedLists, ListNumbers
from embeddings.search.vector_index import Sink
from embeddings.types import Ids, Vectors

# Magic, dim, lists, count, made for; then centroids (float32) and each id's list (int32), padded.
_HEADER = struct.Struct("<8sIIQQ")
_MAGIC = b"LKLIST1\n"


@dataclass(frozen=True, slots=True, eq=False)
class KeptLists:
    """What was written of lists."""

    centroids: Vectors  # (lists, dim)
    numbers: ListNumbers  # (n,), of the ids in ascending order
    made_for: int  # vectors that there were when the lists were made

    def filled(self, flat: FlatIndex) -> InvertedLists:
        """Put the vectors of an index into their lists. Raises: StaleSnapshot."""
        ids, sound = flat.ids(), (self.numbers >= 0) & (self.numbers < len(self.centroids))
        if len(ids) != len(self.numbers) or not sound.all() or flat.dim != self.centroids.shape[1]:
            raise StaleSnapshot("the lists in the index file are not those of its vectors")
        lists = InvertedLists(self.centroids)
        lists.add_sorted(ids, flat.vectors(ids), self.numbers)
        return lists


def write_lists(file: Sink, lists: InvertedLists, ids: Ids, made_for: int) -> None:
    """Write the lists of all `ids`, in ascending order."""
    count, dim = lists.centroids.shape
    numbers = lists.numbers_of(ids).astype("<i4", copy=False)
    file.write(_HEADER.pack(_MAGIC, dim, count, len(ids), made_for))
    file.write(lists.centroids.astype("<f4", copy=False).data)
    file.write(numbers.data)
    file.write(b"\0" * (-(numbers.nbytes + lists.centroids.nbytes) % 8))  # keeps the rest aligned


def read_lists(data: bytes | memoryview) -> tuple[KeptLists | None, memoryview]:
    """Return the lists, where there are any, and the bytes behind them. Raises: StaleSnapshot."""
    data = memoryview(data)
    if bytes(data[: len(_MAGIC)]) != _MAGIC or len(data) < _HEADER.size:
        return None, data
    _, dim, count, held, made_for = _HEADER.unpack_from(data)
    middle = _HEADER.size + 4 * dim * count
    end = middle + 4 * held
    if not dim or not count or len(data) < end:
        raise StaleSnapshot(f"{count} lists of {held} x {dim} have another size: they are torn")
    centroids = np.frombuffer(data, "<f4", dim * count, _HEADER.size).reshape(count, dim)
    numbers = np.frombuffer(data, "<i4", held, middle)
    kept = KeptLists(
        centroids.astype(np.float32, copy=False), numbers.astype(np.int32, copy=False), made_for
    )
    return kept, data[end + (-(end - _HEADER.size) % 8) :]
