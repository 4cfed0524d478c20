"""How well embeddings find pictures of the same label: exact, over every pair."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from embeddings.types import Ids, Vectors
from training.judge.metrics import Share, mean_share, share
from training.progress import Progress, no_progress

CHUNK = 500


@dataclass(frozen=True, slots=True)
class Retrieval:
    """What searching a gallery for pictures of the query's label gives, averaged over queries."""

    recall_at_1: Share  # queries whose nearest has their label
    precision_at_10: Share  # of the ten nearest, those that have it
    mean_average_precision: Share  # over the whole gallery, each with the label being relevant
    gallery: int


def retrieval(
    queries: Vectors,
    query_labels: Ids,
    gallery: Vectors,
    gallery_labels: Ids,
    progress: Progress = no_progress,
) -> Retrieval:
    """Rank the gallery `(n, dim)` by cosine for each query `(m, dim)`, all of unit length.

    A query's average precision is the mean, over its relevant pictures, of the precision at
    that picture's rank. Of equal cosines the irrelevant count as nearer.
    """
    first, ten, average = [], [], []
    ranks = np.arange(1, len(gallery) + 1, dtype=np.float32)
    for start in range(0, len(queries), CHUNK):
        part = slice(start, start + CHUNK)
        relevant = _in_order_of_cosine(
            queries[part] @ gallery.T, query_labels[part][:, np.newaxis] == gallery_labels
        )
        found = relevant.cumsum(axis=1, dtype=np.float32)
        first.append(relevant[:, 0])
        ten.append(relevant[:, :10].mean(axis=1))
        gains = (found / ranks * relevant).sum(axis=1)
        average.append(gains / np.maximum(found[:, -1], 1))
        progress(min(start + CHUNK, len(queries)), len(queries), "searching")
    nearest = np.concatenate(first)
    return Retrieval(
        recall_at_1=share(int(nearest.sum()), len(nearest)),
        precision_at_10=mean_share(np.concatenate(ten)),
        mean_average_precision=mean_share(np.concatenate(average)),
        gallery=len(gallery),
    )


def _in_order_of_cosine(cosines: Vectors, relevant: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Return for each rank, the nearest first, whether the picture there is relevant: `(m, n)`.

    Distance and relevance share one whole number, whose last bit survives the sorting: that is
    several times faster than sorting row numbers and looking them up.
    """
    keys = ((1 - cosines) * np.float32(2**28)).astype(np.int32)  # 0..2**29
    keys = keys * 2 + relevant
    keys.sort(axis=1)
    return np.asarray(keys & 1, dtype=bool)


def nearest_cosines(queries: Vectors, gallery: Vectors) -> Vectors:
    """Return each query's cosine to its nearest in the gallery, `(m,)`."""
    chunks = range(0, len(queries), CHUNK)
    return np.concatenate([(queries[i : i + CHUNK] @ gallery.T).max(axis=1) for i in chunks])
