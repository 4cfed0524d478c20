"""Teaches a shop's categories to a network whose embedding stays exactly as it is.

Only the logits are new: a linear map of the half that tells the kind. Hits, colours, scores and
what is no garment are then told as by the starting bundle, to the last bit.
"""

from dataclasses import dataclass

import keras
import numpy as np

from embeddings.model.bundle import Bundle
from embeddings.model.options import KIND
from embeddings.types import Ids, Vectors
from training.fit.history import Epoch, write_history
from training.fit.pulled import fit_pulled
from training.networks.new_labels import Example, mean_directions
from training.networks.predict import Answers, accuracy, cross_entropy, softmax
from training.recipes.garments.network.network import SCALE
from training.recipes.shop.carried import judge_carried
from training.recipes.shop.sides import Sides, first_epoch, held_out_loss
from training.recipes.shop.ways import Learned, Lesson

KNOWN_PHOTOS = 5.0  # what the starting bundle knows of a category weighs as so many photos of it
STRENGTHS = (300.0, 100.0, 30.0, 10.0, 3.0)  # of the pull towards the beginning, one by one
_NOTE = (
    "The network stays as it was, and so do its embeddings, colours and scores: a category is a "
    "linear map of the half of the embedding that tells the kind."
)


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """What the starting bundle knows of photos, as far as categories are made of it."""

    embeddings: Vectors  # (n, dim)
    kinds: Vectors  # (n, kind), the half that tells it, of length 1
    shares: Vectors  # (n, labels), the probabilities of its own labels
    directions: Vectors  # (kind, labels), those of its own labels, of length 1

    def of(self, rows: Ids) -> "Known":
        """Return what is known of some photos."""
        return Known(self.embeddings[rows], self.kinds[rows], self.shares[rows], self.directions)


@dataclass(frozen=True, slots=True, eq=False)
class Taught:
    """The shop's categories as a linear map of the kind."""

    kernel: Vectors  # (kind, categories)
    begun_kernel: Vectors  # the same, where it began
    begun: Answers  # what the beginning says of all photos
    told: Answers  # and what the kernel says
    epochs: tuple[Epoch, ...]  # the beginning, then one for each strength


def learn_still(lesson: Lesson) -> Learned:
    """Take up the categories and fit them: seconds, and the same each time."""
    known = known_of(lesson.start, lesson.network, lesson.read)
    config, sides = lesson.config, lesson.sides
    lesson.bars("categories")(0, 1, "fitting")
    taught = teach(known, sides, balance=config.balance, quick=config.quick)
    lesson.bars("categories")(1, 1, "done")
    write_history(taught.epochs, lesson.folder)
    judgement, notes = judge_carried(lesson, sides.seen(taught.told), sides.seen(taught.begun))
    network = with_kernel(lesson.network, taught.kernel)
    if config.quick:
        notes = ("Nothing was fitted: each category is where it began.", *notes)
    return Learned(network, judgement, (_NOTE, *notes))


def known_of(start: Bundle, network: keras.Model, read: Answers) -> Known:
    """Take apart what `start`, or a network of its form, says of photos."""
    kinds = read.embeddings[:, slice(*start.halves[KIND])]
    directions = np.asarray(network.get_layer("logits").get_weights()[0])
    return Known(
        read.embeddings,
        _unit(kinds, axis=1),
        softmax(read.logits / np.float32(start.temperature)),
        _unit(directions, axis=0),
    )


def teach(known: Known, sides: Sides, *, balance: float, quick: bool) -> Taught:
    """Find where the categories begin, and fit them from there.

    The fit is pulled towards the beginning. How strongly is told by the held-out photos, which may
    also tell to stay there.
    """
    kernel = SCALE * beginning(known, sides)
    begun = Answers(known.kinds @ kernel, known.embeddings)
    best, told, epochs = kernel, begun, [first_epoch(sides.seen(begun))]
    for strength in () if quick else STRENGTHS:
        fitted = SCALE * fit_pulled(
            SCALE * known.kinds[sides.rows],
            sides.of_rows,
            kernel / SCALE,
            strength=strength,
            balance=balance,
        )
        answers = Answers(known.kinds @ fitted, known.embeddings)
        epochs.append(_epoch(len(epochs), sides, answers))
        if epochs[-1].val_loss < min(epoch.val_loss for epoch in epochs[:-1]):
            best, told = fitted, answers
    return Taught(best, kernel, begun, told, tuple(epochs))


def beginning(known: Known, sides: Sides) -> Vectors:
    """Return each category a direction `(kind, categories)`, of length 1.

    It is the mean of its photos and, weighing as much as some photos more, of the directions of the
    starting bundle's own labels, each by the probability that these photos show it. So one photo
    of a heel brings along what the bundle knows of heels.
    """
    count = len(sides.labels)
    photos = Example(known.kinds[sides.rows], sides.of_rows)
    numbers = np.bincount(sides.of_rows, minlength=count)
    shares = np.zeros((count, known.shares.shape[1]), dtype=np.float32)
    np.add.at(shares, sides.of_rows, known.shares[sides.rows])
    of_labels = _unit(known.directions @ shares.T, axis=0)
    mean = mean_directions(photos, count)
    summed = mean * numbers.astype(np.float32)
    return _unit(summed + KNOWN_PHOTOS * of_labels, axis=0)


def with_kernel(network: keras.Model, kernel: Vectors) -> keras.Model:
    """Return a network the categories of a kernel `(kind, categories)`; it shares its layers."""
    layer = keras.layers.Dense(kernel.shape[1], use_bias=False, name="logits", dtype="float32")
    outputs = {**network.output, "logits": layer(network.get_layer("kind").output)}
    layer.set_weights([kernel])
    return keras.Model(network.input, outputs, name=network.name)


def _epoch(number: int, sides: Sides, answers: Answers) -> Epoch:
    seen = sides.seen(answers)
    fitted, held = seen.fitted.logits, seen.held.logits
    return Epoch(
        number,
        0.0,
        cross_entropy(fitted, seen.fitted_labels),
        accuracy(fitted, seen.fitted_labels),
        held_out_loss(seen),
        accuracy(held, seen.held_labels),
    )


def _unit(vectors: Vectors, axis: int) -> Vectors:
    told: Vectors = vectors / np.linalg.norm(vectors, axis=axis, keepdims=True)
    return told
