"""Whether a confidence of 90 % is right nine times in ten, and how to make it so.

Guo, Pleiss, Sun, Weinberger: On calibration of modern neural networks,
https://arxiv.org/abs/1706.04599
"""

from dataclasses import dataclass

import numpy as np

from embeddings.types import Ids, Vectors
from training.networks.predict import cross_entropy, log_softmax, softmax

BINS = 15


@dataclass(frozen=True, slots=True)
class Bin:
    """The pictures whose confidence falls between two bounds."""

    confidence: float  # mean, 0..1
    accuracy: float  # share that is right, 0..1
    count: int


@dataclass(frozen=True, slots=True)
class Calibration:
    """How far confidence and accuracy lie apart."""

    ece: float  # expected calibration error, 0..1
    loss: float  # cross-entropy
    bins: tuple[Bin, ...]  # those that hold any picture, by rising confidence


def calibration(logits: Vectors, labels: Ids, temperature: float) -> Calibration:
    """Compare confidence with accuracy of logits `(n, labels)` in 15 bins of equal width."""
    probabilities = softmax(logits / np.float32(temperature))
    confidence = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == labels
    place = np.minimum((confidence * BINS).astype(int), BINS - 1)
    bins = tuple(
        Bin(float(confidence[inside].mean()), float(right[inside].mean()), int(inside.sum()))
        for number in range(BINS)
        if (inside := place == number).any()
    )
    gap = sum(abs(bin_.confidence - bin_.accuracy) * bin_.count for bin_ in bins)
    loss = cross_entropy(logits / np.float32(temperature), labels)
    return Calibration(gap / len(labels), loss, bins)


def fit_temperature(logits: Vectors, labels: Ids, smoothing: float = 0.0) -> float:
    """Return the temperature of the lowest cross-entropy, within 0.05..20, to a thousandth.

    `smoothing` is the share of each target that is spread over all labels. Without it, pictures
    that are all named rightly ask for certainty, however few they are.

    The loss has one valley in the logarithm of the temperature, so a golden-section search
    finds its bottom.
    """
    shrink = (np.sqrt(5) - 1) / 2
    low, high = np.log(0.05), np.log(20.0)
    while high - low > 5e-4:
        left, right = high - shrink * (high - low), low + shrink * (high - low)
        if _loss(logits, labels, left, smoothing) < _loss(logits, labels, right, smoothing):
            high = right
        else:
            low = left
    return float(np.exp((low + high) / 2))


def fit_temperature_to_few(logits: Vectors, labels: Ids) -> float:
    """Find a temperature as `fit_temperature` does, smoothed as if one picture more were wrong.

    That is what Platt proposed for scores (Probabilistic outputs for support vector machines,
    1999); with many pictures both are the same.
    """
    return fit_temperature(logits, labels, smoothing=1 / (len(labels) + 2))


def _loss(logits: Vectors, labels: Ids, log_temperature: float, smoothing: float) -> float:
    scaled = logits.astype(np.float64) / np.exp(log_temperature)
    loss = (1 - smoothing) * cross_entropy(scaled, labels)
    # Only asked for where it counts: what this adds would else be computed for nothing.
    return loss - smoothing * float(log_softmax(scaled).mean()) if smoothing else loss
