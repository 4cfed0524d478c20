"""Finding grey studio articles by colour photos: how many of the nearest are of the right kind."""

import numpy as np
import numpy.typing as npt

from embeddings.datasets.fashion_mnist import Part
from embeddings.types import Ids, Pixels
from training.data.framed import photo_spec
from training.data.studio_articles import IS_CALLED, show

GALLERY = 2000  # articles, of all labels: bags, which no photo shows, can be found and are wrong


def frame_gallery(articles: Part, height: int, width: int) -> Pixels:
    """Frame the first articles as a catalogue of them holds them: `(GALLERY, height, width, 3)`."""
    spec = photo_spec(height, width)
    return np.stack([show(image, False, spec) for image in articles.images[:GALLERY]])


def has_articles(labels: Ids) -> npt.NDArray[np.bool_]:
    """Return for each photo whether its category has articles at all; a hat has none."""
    known: npt.NDArray[np.bool_] = np.any(IS_CALLED, axis=1)
    return known[labels]
