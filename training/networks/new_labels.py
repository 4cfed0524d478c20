"""Gives a trained photo network other categories: those of a shop, say."""

from dataclasses import dataclass

import keras
import numpy as np

from embeddings.types import Ids, Vectors
from training.networks.photo import CosineLogits


@dataclass(frozen=True, slots=True, eq=False)
class Example:
    """What the trained network says of the photos that show what the new categories are."""

    embeddings: Vectors  # (n, dim), length 1
    labels: Ids  # (n,)


def with_labels(model: keras.Model, num_labels: int, examples: Example) -> keras.Model:
    """Return the network `num_labels` categories, each in the mean direction of its examples.

    It shares the layers of `model`, and is of use before any training: a photo belongs to the
    category whose examples it resembles on average (https://arxiv.org/abs/1703.05175).

    Raises:
        ValueError: a category has no example.
    """
    scale = model.get_layer("logits").scale
    directions = mean_directions(examples, num_labels)
    embedding = model.output["embedding"]
    layer = CosineLogits(num_labels, scale, name="logits", dtype="float32")
    logits = layer(embedding)
    layer.set_weights([directions])
    return keras.Model(model.input, {"logits": logits, "embedding": embedding}, name=model.name)


def mean_directions(examples: Example, num_labels: int) -> Vectors:
    """Return each category's mean embedding, brought to length 1: `(dim, num_labels)`."""
    counts = np.bincount(examples.labels, minlength=num_labels)
    if not counts.all():
        raise ValueError(f"each of {num_labels} categories needs an example, they have {counts}")
    sums = np.zeros((num_labels, examples.embeddings.shape[1]), dtype=np.float32)
    np.add.at(sums, examples.labels, examples.embeddings)
    directions: Vectors = (sums / np.linalg.norm(sums, axis=1, keepdims=True)).T
    return np.ascontiguousarray(directions)
