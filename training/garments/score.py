"""What a score says: how likely two pictures show the same kind of garment in the same colour."""

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

from embeddings.bundle import Similarity
from embeddings.types import Vectors

NEAREST = 50  # of each picture: what is far is shown to nobody, and would rule the fit
MEANING = "look"


def fit_score(
    embeddings: Vectors, kinds: npt.NDArray[np.bool_], colours: npt.NDArray[np.bool_]
) -> Similarity:
    """Fit a logistic curve over the cosines of each picture's nearest.

    Two pictures share kind or colour where a leaf, or a name, is allowed by both of their labels.
    Only pictures with both are asked about and for. A curve that rises orders as the hits are
    ordered.
    """
    known = kinds.any(axis=1) & colours.any(axis=1)
    vectors, kind, colour = (
        embeddings[known],
        kinds[known].astype(np.int64),
        colours[known].astype(np.int64),
    )
    cosines = vectors @ vectors.T
    np.fill_diagonal(cosines, -np.inf)
    nearest = np.argsort(-cosines, axis=1)[:, : min(NEAREST, len(vectors) - 1)]
    same = ((kind @ kind.T) > 0) & ((colour @ colour.T) > 0)
    cosine = np.take_along_axis(cosines, nearest, axis=1).reshape(-1, 1).astype(np.float64)
    right = np.take_along_axis(same, nearest, axis=1).ravel()
    fitted = LogisticRegression(C=1e6).fit(cosine, right)
    return Similarity(float(fitted.coef_[0, 0]), float(fitted.intercept_[0]), MEANING)
