"""Runs a Keras network over many pictures, in chunks and without gradients."""

from dataclasses import dataclass

import keras
import numpy as np
from scipy import special

from embeddings.types import Ids, Pixels, Vectors

CHUNK_VALUES = 5_000_000  # of the input at a time; bounds what the layers take


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """What a network says of many pictures."""

    logits: Vectors  # (n, labels)
    embeddings: Vectors  # (n, dim), length 1


def answer(model: keras.Model, images: Pixels) -> Answers:
    """Run the network over pictures `(n, height, width, channels)`."""
    logits, embeddings = [], []
    chunk = max(1, CHUNK_VALUES // int(np.prod(images.shape[1:])))
    for start in range(0, len(images), chunk):
        told = model.predict_on_batch(images[start : start + chunk])
        logits.append(np.asarray(told["logits"], dtype=np.float32))
        embeddings.append(np.asarray(told["embedding"], dtype=np.float32))
    return Answers(np.concatenate(logits), np.concatenate(embeddings))


def log_softmax(logits: Vectors) -> Vectors:
    """Return the logarithm of each row's probabilities, of the shape and type of `(n, labels)`."""
    result: Vectors = special.log_softmax(logits, axis=-1)
    return result


def softmax(logits: Vectors) -> Vectors:
    """Return each row's probabilities, of the shape and type of `(n, labels)`."""
    result: Vectors = np.exp(log_softmax(logits))
    return result


def cross_entropy(logits: Vectors, labels: Ids) -> float:
    """Return the mean of -log p of the right label, of logits `(n, labels)`."""
    return float(-log_softmax(logits)[np.arange(len(labels)), labels].mean())


def accuracy(logits: Vectors, labels: Ids) -> float:
    """Return the share, 0..1, of logits `(n, labels)` whose likeliest label is right."""
    return float((logits.argmax(axis=-1) == labels).mean())
