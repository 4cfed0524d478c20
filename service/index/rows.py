"""Turns readings into rows, and rows into arrays for an index."""

from collections.abc import Sequence

import numpy as np

from catalog.readings import EmbeddingRow
from catalog.stored import StoredReading
from embeddings.reading.verdict import name_colour
from embeddings.types import Encoder, Ids, Reading, Vectors

UNIT_TOLERANCE = 1e-3  # of a squared length


def vectors_of(rows: Sequence[EmbeddingRow], dim: int) -> tuple[Ids, Vectors]:
    """Return ids `(n,)` and unit vectors `(n, dim)`.

    A damaged row is left out, so that it cannot take all searches with it; the index then has
    fewer vectors than there are rows, which drift counts and `verify` names.
    """
    size = 4 * dim
    sound = [row for row in rows if len(row[1]) == size]
    ids = np.array([row[0] for row in sound], dtype=np.int64)
    data = b"".join(row[1] for row in sound)
    vectors = np.frombuffer(data, dtype="<f4").astype(np.float32).reshape(len(sound), dim)
    usable = is_unit(vectors)
    return (ids, vectors) if usable.all() else (ids[usable], vectors[usable])


def is_unit(vectors: Vectors) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Return which of the vectors `(n, dim)` have length 1; none with NaN has."""
    squared = np.einsum("ij,ij->i", vectors, vectors)
    unit: np.ndarray[tuple[int], np.dtype[np.bool_]] = np.abs(squared - 1) <= UNIT_TOLERANCE
    return unit


def stored_reading(reading: Reading, encoder: Encoder) -> StoredReading:
    """Turn a reading of this encoder into what a row holds of it."""
    colour = name_colour(reading, encoder.colours)
    return StoredReading(
        fingerprint=encoder.fingerprint,
        label=encoder.labels[int(reading.probabilities.argmax())],
        confidence=min(1.0, float(reading.probabilities.max())),
        probabilities=bytes_of(reading.probabilities),
        embedding=bytes_of(reading.embedding),
        colour=None if colour is None else colour.name,
        colour_confidence=None if colour is None else colour.confidence,
    )


def bytes_of(vector: Vectors) -> bytes:
    """Return what a row holds of a vector: float32, little-endian."""
    return vector.astype("<f4", copy=False).tobytes()
