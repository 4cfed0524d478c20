"""Batches of views to train on, the same for the same seed, epoch and place."""

import keras
import numpy as np

from embeddings.types import Ids, Pixels, Vectors
from training.views.balance import blend, draw_order
from training.views.photo_augment import ViewRanges, draw_view


class PhotoBatches(keras.utils.PyDataset):  # type: ignore[misc] # it has no types
    """Gives `(images, targets)`: uint8 `(n, height, width, 3)` and `(n, labels)`, summing to 1."""

    def __init__(
        self,
        framed: Pixels,
        rows: Ids,
        labels: Ids,
        *,
        num_labels: int,
        side: tuple[int, int],
        batch_size: int,
        ranges: ViewRanges,
        balance: float = 0.0,
        mixup: float = 0.0,
        seed: int = 0,
        first_epoch: int = 0,
    ) -> None:
        """Draw from the pictures `framed[rows]` of the categories `labels`.

        With `balance` 0 each photo comes once an epoch; with 1 each category comes equally often.
        With `mixup` as many of the batches blend pairs of pictures and of their targets
        (https://arxiv.org/abs/1710.09412).
        """
        super().__init__(workers=1, max_queue_size=4)
        self._framed, self._rows, self._labels = framed, rows, labels
        self._num_labels, self._side, self._batch_size = num_labels, side, batch_size
        self._ranges, self._mixup, self._seed = ranges, mixup, seed
        self._balance = balance
        self._epoch = first_epoch
        self._order = draw_order(self._labels, self._balance, [self._seed, self._epoch])

    def __len__(self) -> int:
        return max(1, len(self._rows) // self._batch_size)

    def on_epoch_end(self) -> None:
        """Go on to the next epoch's order."""
        self._epoch += 1
        self._order = draw_order(self._labels, self._balance, [self._seed, self._epoch])

    def __getitem__(self, place: int) -> tuple[Pixels, Vectors]:
        rng = np.random.default_rng([self._seed, self._epoch, place])
        chosen = self._order[place * self._batch_size : (place + 1) * self._batch_size]
        height, width = self._side
        views = [
            draw_view(self._framed[self._rows[item]], height, width, self._ranges, rng)
            for item in chosen
        ]
        images = np.stack(views)
        targets = np.eye(self._num_labels, dtype=np.float32)[self._labels[chosen]]
        if rng.random() < self._mixup:
            blended, mixed = blend(images, targets, rng)
            return np.round(blended).astype(np.uint8), mixed
        return images, targets
