"""Weighs the halves of an embedding against each other: the same kind, or the same look."""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

import numpy as np

from embeddings.model.options import KIND, LOOK
from embeddings.types import Vectors

_TIMES = 3  # the half that is asked for counts so much more than the other


class Weight(StrEnum):
    """What a search goes by."""

    BALANCED = "balanced"
    KIND = KIND
    LOOK = LOOK


class Weighed(NamedTuple):
    """A vector to search with, and how near the photo itself would come."""

    vector: Vectors  # (dim,), length 1
    own: float  # 0..1, the cosine to the embedding that it was made of


def weigh(embedding: Vectors, halves: Mapping[str, tuple[int, int]], weight: Weight) -> Weighed:
    """Weigh the halves of an embedding `(dim,)` of length 1, each as long in every embedding.

    A cosine stays a product of two unit vectors, so an index needs nothing new: only what is
    asked with is another. Divided by `own`, a photo is again as like itself as anything can be.

    Raises:
        KeyError: the embedding has no such half.
    """
    if weight is Weight.BALANCED:
        return Weighed(embedding, 1.0)
    vector = embedding.copy()
    start, end = halves[weight.value]
    vector[start:end] *= _TIMES
    vector /= np.linalg.norm(vector)
    return Weighed(vector, float(vector @ embedding))
