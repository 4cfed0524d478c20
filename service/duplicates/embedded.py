"""Which photos the network finds nearly alike, many at a time."""

from collections.abc import Iterable, Sequence

import numpy as np

from embeddings.types import Ids, Vectors
from service.index.live import LiveIndex
from service.index.view import View

_BLOCK = 8_192  # vectors looked at in one go, so that no search waits for long
_NEAREST = 8  # of one photo in a block
_NONE: Ids = np.empty(0, dtype=np.int64)


def near_by_embedding(
    photo_ids: Sequence[int], least: float, *, index: LiveIndex
) -> dict[tuple[int, int], float]:
    """Return pairs of one of these photos and another, with their cosine, from `least` on.

    Photos that the model which answers has not read are left out.
    """
    with index.searching() as (_, view):
        every = view.index.ids()
        asked, questions = _vectors(view, np.array(photo_ids, dtype=np.int64))
    found: dict[tuple[int, int], float] = {}
    for start in range(0, len(every) if len(asked) else 0, _BLOCK):
        with index.searching() as (_, view):  # somebody may have changed it in between
            held, vectors = _vectors(view, every[start : start + _BLOCK])
        if vectors.shape[1:] != questions.shape[1:]:  # another model was promoted
            return {}
        found |= _near(asked, questions, held, vectors, least)
    return found


def cosines_of(
    pairs: Iterable[tuple[int, int]], *, index: LiveIndex
) -> dict[tuple[int, int], float]:
    """Return the cosine of these pairs of photos, as far as both were read."""
    wanted = list(pairs)
    photos = np.unique(np.array(wanted, dtype=np.int64).reshape(-1, 2))
    with index.searching() as (_, view):
        held, vectors = _vectors(view, photos)
    row = {id_: place for place, id_ in enumerate(held.tolist())}
    return {
        (one, other): float(vectors[row[one]] @ vectors[row[other]])
        for one, other in wanted
        if one in row and other in row
    }


def _vectors(view: View, photos: Ids) -> tuple[Ids, Vectors]:
    """Return those of these photos that are in the index `(n,)`, and their vectors `(n, dim)`."""
    held = photos[np.isin(photos, view.index.ids())]
    if not len(held):
        return _NONE, np.empty((0, view.index.dim), dtype=np.float32)
    return held, view.index.vectors(held)


def _near(
    asked: Ids, questions: Vectors, held: Ids, vectors: Vectors, least: float
) -> dict[tuple[int, int], float]:
    cosines = questions @ vectors.T  # (asked, held)
    found: dict[tuple[int, int], float] = {}
    for row in np.flatnonzero((cosines >= least).any(axis=1)).tolist():
        near = np.flatnonzero(cosines[row] >= least)
        best = near[np.argsort(-cosines[row, near], kind="stable")][: _NEAREST + 1]
        for place in best.tolist():
            if held[place] != asked[row]:
                pair = int(asked[row]), int(held[place])
                found[pair] = float(cosines[row, place])
    return found
