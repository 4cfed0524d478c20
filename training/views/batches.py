"""Feeds a fit: shuffled batches of augmented pictures with their targets."""

import keras
import numpy as np

from embeddings.types import Ids, Pixels, Vectors
from training.config import FitConfig
from training.views.augment import Shifter
from training.views.balance import blend
from training.views.erasing import erase


def smoothed(num_labels: int, smoothing: float) -> Vectors:
    """Return the target of each label `(labels, labels)`: 1 on it, less what is spread over all."""
    targets = np.eye(num_labels) * (1 - smoothing) + smoothing / num_labels
    return targets.astype(np.float32)


class Batches(keras.utils.PyDataset):  # type: ignore[misc]
    """The batches of one epoch at a time; epoch and seed alone decide what is in them."""

    def __init__(self, images: Pixels, labels: Ids, num_labels: int, config: FitConfig) -> None:
        super().__init__()
        self._shifter = Shifter(images, config.shift)
        self._labels = labels
        self._targets = smoothed(num_labels, config.label_smoothing)
        self._config = config
        self.start(0)

    def start(self, epoch: int) -> None:
        """Shuffle the pictures and draw their views for this epoch."""
        # Seeded by the epoch and not carried on, so that a resumed fit sees what it would have.
        rng = np.random.default_rng((self._config.seed, epoch))
        self._epoch = epoch
        self._rows = rng.permutation(len(self._labels))
        self._views = rng.integers(0, self._shifter.num_views, len(self._labels))

    def __len__(self) -> int:
        return -(-len(self._labels) // self._config.batch_size)

    def __getitem__(self, index: int) -> tuple[Pixels, Vectors]:
        size = self._config.batch_size
        part = slice(index * size, (index + 1) * size)
        rows, views = self._rows[part], self._views[part]
        images = self._shifter.take(rows, views)
        targets = self._targets[self._labels[rows]]
        # Batches may be made in any order, so each has a generator of its own; 0 is the epoch's.
        rng = np.random.default_rng((self._config.seed, self._epoch, index + 1))
        if self._config.erase:
            images = erase(images, self._config.erase, rng)
        if rng.random() < self._config.mixup:
            blended, targets = blend(images, targets, rng, each=True)
            images = np.rint(blended).astype(np.uint8)
        return images, targets
