"""Judges kinds at the depth that a data set labels at."""

import numpy as np
import numpy.typing as npt

from embeddings.datasets.clothing_photos import CATEGORIES
from embeddings.types import Ids, Vectors
from training.networks.predict import softmax
from training.recipes.garments.network.leaves import LEAVES, PARENT, TREE

Values = npt.NDArray[np.float64]

UPPER: tuple[str, ...] = tuple(TREE)
_UPPER_OF = np.array([UPPER.index(PARENT.get(leaf, leaf)) for leaf in LEAVES])
_PHOTO_COLUMNS = np.array([UPPER.index(name) for name in CATEGORIES])


def upper_logits(logits: Vectors) -> Vectors:
    """Return log-probabilities `(n, upper)` of the upper depth: sums of the leaves below each."""
    top = logits.max(axis=1, keepdims=True)
    odds = np.exp(logits - top)
    sums = np.stack([odds[:, place == _UPPER_OF].sum(axis=1) for place in range(len(UPPER))], 1)
    told: Vectors = (np.log(np.maximum(sums, 1e-30)) + top).astype(np.float32)
    return told


def photo_logits(logits: Vectors) -> Vectors:
    """Return the upper categories of the clothing photos alone, in the order of CATEGORIES.

    What is in none of them is left out: use it to name within these, not to count mistakes.
    """
    told: Vectors = upper_logits(logits)[:, _PHOTO_COLUMNS]
    return told


def named_right(logits: Vectors, allowed: npt.NDArray[np.bool_]) -> Values:
    """Return for each picture, `(n,)`, whether the likeliest leaf is one that its label allows."""
    right: Values = allowed[np.arange(len(logits)), logits.argmax(axis=1)].astype(np.float64)
    return right


def upper_right(logits: Vectors, allowed: npt.NDArray[np.bool_]) -> Values:
    """Return for each, `(n,)`, whether the likeliest upper category holds an allowed leaf."""
    named = upper_logits(logits).argmax(axis=1)
    held = np.stack(
        [allowed[:, place == _UPPER_OF].any(axis=1) for place in range(len(UPPER))], axis=1
    )
    right: Values = held[np.arange(len(named)), named].astype(np.float64)
    return right


def labels_of(names: tuple[str, ...]) -> Ids:
    """Return the places in CATEGORIES of the clothing photos' labels, `(n,)`; -1 for any other."""
    known = {name: place for place, name in enumerate(CATEGORIES)}
    return np.array([known.get(name, -1) for name in names], dtype=np.int64)


def leaf_confidence(logits: Vectors, allowed: npt.NDArray[np.bool_]) -> tuple[Values, Values]:
    """Return the likeliest leaf's probability, and whether it is right, `(n,)` each."""
    return softmax(logits).max(axis=1).astype(np.float64), named_right(logits, allowed)


def upper_confidence(logits: Vectors, allowed: npt.NDArray[np.bool_]) -> tuple[Values, Values]:
    """Return the likeliest upper category's probability and whether it is right, `(n,)` each."""
    confidence = softmax(upper_logits(logits)).max(axis=1).astype(np.float64)
    return confidence, upper_right(logits, allowed)


def named_upper(logits: Vectors, allowed: npt.NDArray[np.bool_]) -> tuple[Ids, Ids]:
    """Return right and named upper category of each picture whose label is known.

    Where a label allows several, the named one is the right one if it is among them.
    """
    known = allowed.any(axis=1)
    named = upper_logits(logits[known]).argmax(axis=1)
    held = np.stack(
        [allowed[known][:, place == _UPPER_OF].any(axis=1) for place in range(len(UPPER))], axis=1
    )
    right = np.where(held[np.arange(len(named)), named], named, held.argmax(axis=1))
    return right.astype(np.int64), named.astype(np.int64)
