"""What every index refuses, by the same rules and in the same words."""

import numpy as np

from embeddings.search.selection import check_ids, described
from embeddings.types import Ids, Vectors

_UNIT_TOLERANCE = 1e-3  # of a squared length; bfloat16 embeddings would fail, float16 pass


def check_dim(dim: int) -> None:
    """Raise ValueError unless vectors can have this length."""
    if dim < 1:
        raise ValueError(f"an index has a dimension of at least 1, got {dim}")


def check_upsert(ids: Ids, vectors: Vectors, dim: int) -> None:
    """Raise ValueError unless vectors `(m, dim)` can be put under ids `(m,)`."""
    check_ids(ids)
    check_vectors(vectors, (len(ids), dim))
    fresh = np.sort(ids)
    if len(ids) and (fresh[0] < 0 or (fresh[1:] == fresh[:-1]).any()):
        raise ValueError("ids to upsert are at least 0 and each comes once")


def check_question(vector: Vectors, k: int, dim: int) -> None:
    """Raise ValueError unless an index can be asked for the `k` nearest to `(dim,)`."""
    check_vectors(vector, (dim,))
    if k < 0:
        raise ValueError(f"k is at least 0, got {k}")


def check_vectors(vectors: Vectors, shape: tuple[int, ...]) -> None:
    """Raise ValueError unless these are float32, of this shape and of length 1."""
    if not isinstance(vectors, np.ndarray) or vectors.dtype != np.float32:
        raise ValueError(f"vectors are float32 arrays, got {described(vectors)}")
    if vectors.shape != shape:
        raise ValueError(f"vectors are of shape {shape} here, got {vectors.shape}")
    squared = np.einsum("...i,...i->...", vectors, vectors)
    if not (np.abs(squared - 1) <= _UNIT_TOLERANCE).all():  # also refuses NaN
        raise ValueError("vectors have length 1 and finite values; these do not")
