"""The two sides of a shop's photos: those to train on, and those held out."""

from collections.abc import Sequence
from dataclasses import dataclass

import keras
import numpy as np

from embeddings.types import Ids, Vectors
from training.data.hold_out import hold_out
from training.data.shop_photos import ShopPhoto
from training.fit.history import Epoch
from training.judge.calibration import fit_temperature_to_few
from training.networks.predict import Answers, accuracy, cross_entropy
from training.recipes.shop.config import ShopConfig
from training.recipes.shop.judging import Seen
from training.recipes.shop.start import take_up


@dataclass(frozen=True, slots=True, eq=False)
class Sides:
    """Which photos are trained on, which are held out, and what each shows."""

    labels: tuple[str, ...]
    groups: tuple[str, ...]
    numbers: Ids  # the label of each photo, as a number
    rows: Ids
    held: Ids

    @classmethod
    def of(cls, photos: Sequence[ShopPhoto], config: ShopConfig) -> "Sides":
        """Hold out what the settings ask for. Raises: BadData, where nothing can be."""
        labels = tuple(sorted({photo.label for photo in photos}))
        named = [photo.label for photo in photos]
        groups = tuple(photo.group for photo in photos)
        is_held = hold_out(groups, named, config.held_out, config.seed)
        return cls(
            labels,
            groups,
            np.array([labels.index(name) for name in named]),
            np.flatnonzero(~is_held),
            np.flatnonzero(is_held),
        )

    @property
    def of_rows(self) -> Ids:
        """The labels `(n,)` of the photos to train on."""
        return self.numbers[self.rows]

    @property
    def of_held(self) -> Ids:
        """The labels `(n,)` of the held-out photos."""
        return self.numbers[self.held]

    def seen(self, told: Answers) -> Seen:
        """Sort what a network says of all photos."""
        fitted, held = (
            Answers(told.logits[rows], told.embeddings[rows]) for rows in (self.rows, self.held)
        )
        groups = [self.groups[row] for row in self.held]
        return Seen(fitted, self.of_rows, held, self.of_held, groups)


def with_mean_directions(
    model: keras.Model, sides: Sides, embeddings: Vectors
) -> tuple[keras.Model, Answers]:
    """Give `model` the categories as mean directions of the photos to train on.

    `embeddings` are those of all photos, in order; with the network comes what it says of them.
    """
    named = take_up(model, len(sides.labels), embeddings[sides.rows], sides.of_rows)
    logits = keras.ops.convert_to_numpy(named.get_layer("logits")(embeddings))
    return named, Answers(np.asarray(logits, dtype=np.float32), embeddings)


def held_out_loss(seen: Seen) -> float:
    """Return the cross-entropy of the held-out photos at its best temperature."""
    logits, labels = seen.held.logits, seen.held_labels
    return cross_entropy(logits / fit_temperature_to_few(logits, labels), labels)


def first_epoch(seen: Seen) -> Epoch:
    """Return the figures of a network before any training as those of an epoch."""
    fitted, held = seen.fitted.logits, seen.held.logits
    return Epoch(
        epoch=0,
        learning_rate=0.0,
        loss=cross_entropy(fitted, seen.fitted_labels),
        accuracy=accuracy(fitted, seen.fitted_labels),
        val_loss=held_out_loss(seen),
        val_accuracy=accuracy(held, seen.held_labels),
    )
