"""What a score says: how likely two pictures show the same kind of garment in the same colour."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

from embeddings.model.bundle import Similarity
from embeddings.types import Vectors

NEAREST = 50  # of each picture: what is far is shown to nobody, and would rule the fit
MEANING = "look"
KIND_MEANING = "kind"
Allowed = npt.NDArray[np.bool_]  # (n, leaves) or (n, colours)


def fit_score(embeddings: Vectors, kinds: Allowed, colours: Allowed) -> Similarity:
    """Fit a logistic curve over the cosines of each picture's nearest in `(n, dim)`.

    Two pictures share kind or colour where a leaf, or a name, is allowed by both of their labels.
    Only pictures with both are asked about and for. A curve that rises orders as the hits are
    ordered.
    """
    known = kinds.any(axis=1) & colours.any(axis=1)
    same = _share(kinds[known]) & _share(colours[known])
    return _curve([_nearest(embeddings[known], same)], MEANING)


def fit_kind_score(parts: Sequence[tuple[Vectors, Allowed]]) -> Similarity:
    """Fit the curve for the kind alone, where no picture's colour is known.

    Each part holds embeddings and kinds of pictures that one network never saw.
    """
    found = []
    for embeddings, kinds in parts:
        known = kinds.any(axis=1)
        found.append(_nearest(embeddings[known], _share(kinds[known])))
    return _curve(found, KIND_MEANING)


def _share(allowed: Allowed) -> Allowed:
    counted = allowed.astype(np.int64)
    return np.asarray((counted @ counted.T) > 0)


def _nearest(vectors: Vectors, same: Allowed) -> tuple[Vectors, Allowed]:
    """Return cosines of each picture's nearest, and whether they share."""
    cosines = vectors @ vectors.T
    np.fill_diagonal(cosines, -np.inf)
    nearest = np.argsort(-cosines, axis=1)[:, : min(NEAREST, len(vectors) - 1)]
    near = np.take_along_axis(cosines, nearest, axis=1).ravel()
    return near, np.take_along_axis(same, nearest, axis=1).ravel()


def _curve(found: Sequence[tuple[Vectors, Allowed]], meaning: str) -> Similarity:
    cosine = np.concatenate([near for near, _ in found]).reshape(-1, 1).astype(np.float64)
    right = np.concatenate([same for _, same in found])
    fitted = LogisticRegression(C=1e6).fit(cosine, right)
    return Similarity(float(fitted.coef_[0, 0]), float(fitted.intercept_[0]), meaning)
