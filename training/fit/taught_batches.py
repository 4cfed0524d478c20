"""Feeds a student: views that were drawn for it and what the teachers said of them."""

import keras
import numpy as np

from embeddings.types import Ids, Pixels, Vectors
from training.config import FitConfig
from training.fit.distil import Told
from training.views.batches import smoothed
from training.views.drawn_views import DrawnViews


class TaughtBatches(keras.utils.PyDataset):  # type: ignore[misc] # Keras has no types
    """The batches of one epoch at a time; epoch and seed alone decide what is in them."""

    def __init__(
        self, views: DrawnViews, told: Told, labels: Ids, num_labels: int, config: FitConfig
    ) -> None:
        """Take the teachers' probabilities `(epochs, n, num_labels)` of every view.

        Raises:
            ValueError: the answers are of other views.
        """
        super().__init__()
        expected = (views.plan.epochs, len(views), num_labels)
        if told.shape != expected:
            raise ValueError(
                f"teachers give each view a probability for each label, {expected}; "
                f"got {told.shape}"
            )
        self._views = views
        self._told = told
        self._targets = smoothed(num_labels, config.label_smoothing)[labels]
        self._config = config
        self.start(0)

    def start(self, epoch: int) -> None:
        """Go round the drawn epochs, in an order of views and with mirror images of its own."""
        # Seeded by the epoch and not carried on, so that a resumed fit sees what it would have.
        rng = np.random.default_rng((self._config.seed, epoch))
        self._epoch = epoch % self._views.plan.epochs
        self._places = rng.permutation(len(self._views))
        # What the teachers said is of the view and its mirror image alike.
        self._mirrored = rng.random(len(self._views)) < 0.5

    def __len__(self) -> int:
        return -(-len(self._views) // self._config.batch_size)

    def __getitem__(self, index: int) -> tuple[Pixels, Vectors]:
        size = self._config.batch_size
        part = slice(index * size, (index + 1) * size)
        places, mirrored = self._places[part], self._mirrored[part, None, None, None]
        images = self._views.take(self._epoch, places)
        images = np.where(mirrored, images[:, :, ::-1], images)
        return images, self._target(places)

    def _target(self, places: Ids) -> Vectors:
        told: Vectors = self._told[self._epoch, places].astype(np.float32)
        told /= told.sum(axis=1, keepdims=True)  # float16 left them a little off 1
        share = np.float32(self._config.distil_weight)
        if share == 1:
            return told
        mixed: Vectors = share * told + (1 - share) * self._views.blend(
            self._epoch, places, self._targets
        )
        return mixed
