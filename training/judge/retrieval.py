"""How well embeddings find pictures of the same label: exact, over every pair."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from embeddings.types import Ids, Vectors
from training.judge.metrics import Share, mean_share, share
from training.progress import Progress, no_progress

CHUNK = 500
Values = npt.NDArray[np.float64]
Relevant = npt.NDArray[np.bool_]


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
    for relevant in _ranked(queries, query_labels, gallery, gallery_labels):
        found = relevant.cumsum(axis=1, dtype=np.float32)
        first.append(relevant[:, 0])
        ten.append(_precision_at_10(relevant))
        gains = (found / ranks * relevant).sum(axis=1)
        average.append(gains / np.maximum(found[:, -1], 1))
        progress(sum(map(len, first)), len(queries), "searching")
    nearest = np.concatenate(first)
    return Retrieval(
        recall_at_1=share(int(nearest.sum()), len(nearest)),
        precision_at_10=mean_share(np.concatenate(ten)),
        mean_average_precision=mean_share(np.concatenate(average)),
        gallery=len(gallery),
    )


def precision_at_10(
    queries: Vectors,
    labels: Ids,
    gallery: Vectors,
    gallery_labels: Ids,
    *,
    same: Relevant | None = None,
    of_few: bool = False,
) -> Values:
    """Return each query's share of its own label among its ten nearest of the gallery: `(m,)`.

    `same` `(labels, gallery labels)` says which are the same where both are numbered apart. Where
    the gallery has fewer than ten of the label, `of_few` looks at as many as it has. Of equal
    cosines the irrelevant count as nearer.
    """
    ranked = _ranked(queries, labels, gallery, gallery_labels, same)
    return np.concatenate([_precision_at_10(relevant, of_few) for relevant in ranked])


def _precision_at_10(relevant: Relevant, of_few: bool = False) -> Values:
    """Return the share of relevant ones among the first ten of each row."""
    first = relevant[:, :10]
    most = np.minimum(10, relevant.sum(axis=1) if of_few else first.shape[1])
    within = np.arange(first.shape[1]) < most[..., np.newaxis]
    shares: Values = (first & within).sum(axis=1) / np.maximum(most, 1)
    return shares


def _ranked(
    queries: Vectors,
    labels: Ids,
    gallery: Vectors,
    gallery_labels: Ids,
    same: Relevant | None = None,
) -> Iterator[Relevant]:
    """Return for each rank, nearest first, whether its picture is relevant: `(<=500, n)`."""
    for start in range(0, len(queries), CHUNK):
        part = slice(start, start + CHUNK)
        asked = labels[part, np.newaxis]
        relevant = asked == gallery_labels if same is None else same[asked, gallery_labels]
        yield _in_order_of_cosine(queries[part] @ gallery.T, relevant)


def _in_order_of_cosine(cosines: Vectors, relevant: Relevant) -> Relevant:
    """Sort `relevant` `(m, n)` by the cosines, the nearest first.

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
