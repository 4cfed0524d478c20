"""Trains a network on a shop's photos, and keeps it near to where it began."""

from dataclasses import dataclass
from pathlib import Path

import keras

from embeddings.types import Ids, Pixels
from training.fit import checkpoint
from training.fit.course import Curves, Logs, Plan, keep_best, run_course
from training.fit.fine_tune import FineTuneConfig, trainer_of
from training.fit.history import Epoch, best_epoch, write_history
from training.judge.calibration import fit_temperature_to_few
from training.networks.predict import accuracy, answer, cross_entropy
from training.progress import Progress
from training.recipes.shop.config import ShopConfig
from training.recipes.shop.start import frozen_blocks
from training.views.photo_batches import PhotoBatches


@dataclass(frozen=True, slots=True, eq=False)
class ShopData:
    """Photos to train on, and those to stop by."""

    roomy: Pixels  # (n, H, W, 3), of all photos; views are cut from them
    rows: Ids  # those to train on
    labels: Ids  # theirs
    held_images: Pixels  # (m, h, w, 3), framed exactly
    held_labels: Ids
    num_labels: int


def train(
    model: keras.Model,
    data: ShopData,
    config: ShopConfig,
    folder: Path,
    begin: Epoch,
    progress: Progress,
) -> None:
    """Train `model` and leave it as it was best on the held-out photos, perhaps untrained.

    What is judged after each epoch, and kept, lies between the start and what was trained: few
    photos then teach without making it forget (https://arxiv.org/abs/2109.01903).
    `begin` tells of it before any training. A checkpoint in `folder` is gone on from, exactly.

    Raises:
        BadRun: the checkpoint is of another network.
    """
    tuning = _settings(model, config)
    side = model.input.shape[1:3]
    trainer = trainer_of(model, tuning, data.labels, len(_batches(data, tuning, side, 0)))
    start = checkpoint.values(trainer.weights)

    def between(trained: checkpoint.Arrays) -> checkpoint.Arrays:
        return [
            config.kept * old + (1 - config.kept) * new
            for old, new in zip(start, trained, strict=True)
        ]

    def watch(logs: Logs) -> Curves:
        trained = checkpoint.values(trainer.weights)
        checkpoint.assign(trainer.weights, between(trained))
        logits = answer(model, data.held_images).logits
        checkpoint.assign(trainer.weights, trained)
        # At its best temperature, which is fitted anyway: how sure a network is may not decide.
        scaled = logits / fit_temperature_to_few(logits, data.held_labels)
        lost, right = (of(scaled, data.held_labels) for of in (cross_entropy, accuracy))
        return Curves(logs["loss"], logs["accuracy"], lost, right)

    epochs = run_course(
        trainer,
        lambda number: _batches(data, tuning, side, number),
        Plan(config.epochs, config.seed, config.patience),
        progress,
        folder=folder,
        watch=watch,
        begin=[begin],
        keep=lambda kept, weights, epochs: keep_best(kept, between(weights), epochs),
        kept=start,
    )
    write_history(epochs, folder)
    progress(1, 1, f"kept epoch {best_epoch(epochs).epoch} of {len(epochs) - 1}")


def _settings(model: keras.Model, config: ShopConfig) -> FineTuneConfig:
    return FineTuneConfig(
        scale=model.get_layer("logits").scale,
        epochs=config.epochs,
        batch_size=config.batch_size,
        learning_rate=config.learning_rate,
        balance=config.balance,
        frozen_blocks=frozen_blocks(model, config.frozen),
        seed=config.seed,
    )


def _batches(
    data: ShopData, tuning: FineTuneConfig, side: tuple[int, int], number: int
) -> PhotoBatches:
    return PhotoBatches(
        data.roomy,
        data.rows,
        data.labels,
        num_labels=data.num_labels,
        side=side,
        batch_size=min(tuning.batch_size, len(data.rows)),
        ranges=tuning.ranges,
        balance=tuning.balance,
        seed=tuning.seed,
        first_epoch=number,
    )
