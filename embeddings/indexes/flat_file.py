"""Vectors with their ids as bytes."""

import struct
from collections.abc import Iterable

import numpy as np

from embeddings.errors import StaleSnapshot
from embeddings.search.vector_index import Sink
from embeddings.types import Ids, Vectors

# Magic, dim, count; then ids (int64) and vectors (float32), both where processors like them.
_HEADER = struct.Struct("<8sI4xQ")
_MAGIC = b"LKFLAT1\n"


def write_vectors(file: Sink, ids: Ids, dim: int, parts: Iterable[Vectors]) -> None:
    """Write ids `(n,)`, ascending, and their vectors `(n, dim)`, which come in parts."""
    file.write(_HEADER.pack(_MAGIC, dim, len(ids)))
    file.write(ids.astype("<i8", copy=False).data)
    for vectors in parts:
        file.write(vectors.astype("<f4", copy=False).data)


def read_vectors(data: bytes | memoryview) -> tuple[Ids, Vectors]:
    """Return the ids `(n,)` and vectors `(n, dim)` that were written. Raises: StaleSnapshot."""
    if len(data) < _HEADER.size or bytes(data[: len(_MAGIC)]) != _MAGIC:
        raise StaleSnapshot("this is not the file of a flat index")
    _, dim, count = _HEADER.unpack_from(data)
    if not dim or len(data) != _HEADER.size + count * (8 + 4 * dim):
        raise StaleSnapshot(f"an index of {count} x {dim} has another size: it is torn")
    ids = np.frombuffer(data, "<i8", count, _HEADER.size)
    vectors = np.frombuffer(data, "<f4", count * dim, _HEADER.size + 8 * count)
    vectors = vectors.astype(np.float32, copy=False).reshape(count, dim)
    if (ids[1:] <= ids[:-1]).any():
        raise StaleSnapshot("the ids of a flat index's file do not ascend")
    return ids.astype(np.int64, copy=False), vectors
