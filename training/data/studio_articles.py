"""Grey studio articles among the photos, so that one network finds the ones by the others."""

import numpy as np
import numpy.typing as npt

from embeddings.datasets.clothing_photos import CATEGORIES, TO_FASHION_MNIST
from embeddings.datasets.fashion_mnist import LABELS
from embeddings.model.bundle import InputSpec
from embeddings.reading.framing import frame
from embeddings.types import Ids, Photo, Pixels, Vectors

# (photo categories, article labels): whether the one's garments are called so in the other.
IS_CALLED: npt.NDArray[np.bool_] = np.array(
    [[label in TO_FASHION_MNIST.get(name, ()) for label in LABELS] for name in CATEGORIES]
)


def has_category(article_labels: Ids) -> npt.NDArray[np.bool_]:
    """Return for each article whether a category of the photos holds it; none holds bags."""
    known: npt.NDArray[np.bool_] = np.any(IS_CALLED, axis=0)
    return known[article_labels]


def show(image: Pixels, on_white: bool, spec: InputSpec) -> Pixels:
    """Frame one article `(28, 28)` as a catalogue holds it, or on white, as the photo was."""
    grey = 255 - image if on_white else image
    return frame(Photo(np.repeat(grey[:, :, None], 3, axis=2)), spec)


def shares(photo_labels: Ids) -> Vectors:
    """Return the target of each article label `(len(LABELS), len(CATEGORIES))`.

    A label can belong to several categories (a coat: blazer, outwear); it shares itself among these
    as the photos do. Rows sum to 1, or to 0 where there is no category.
    """
    # One more of each, so that a category without a photo still has its articles.
    counts = np.bincount(photo_labels, minlength=len(CATEGORIES)) + 1.0
    targets = np.where(IS_CALLED.T, counts, 0.0)
    sums = targets.sum(axis=1, keepdims=True)
    found: Vectors = (targets / np.maximum(sums, 1)).astype(np.float32)
    return found
