"""Trains a network on a shop's photos: epochs, checkpoints, early stop, going on."""

from dataclasses import dataclass
from pathlib import Path

import keras

from embeddings.types import Ids, Pixels
from training.fit import checkpoint
from training.fit.fine_tune import FineTuneConfig, trainer_of
from training.fit.history import Epoch, write_history
from training.fit.one_epoch import run_epoch
from training.fit.reseed import reseed_dropouts
from training.judge.calibration import fit_temperature_to_few
from training.networks.predict import Answers, accuracy, answer, cross_entropy
from training.progress import Progress
from training.recipes.shop.config import ShopConfig
from training.recipes.shop.start import frozen_blocks
from training.views.photo_batches import PhotoBatches

CHECKPOINT_FILE = "checkpoint.npz"


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
    trainer.optimizer.build(trainer.trainable_variables)
    start = checkpoint.values(model.weights)
    epochs, best = [begin], start
    if (folder / CHECKPOINT_FILE).exists():
        facts, groups = checkpoint.load_state(folder / CHECKPOINT_FILE)
        checkpoint.assign(model.weights, groups["weights"])
        checkpoint.assign(trainer.optimizer.variables, groups["optimizer"])
        epochs, best = [Epoch(**row) for row in facts["epochs"]], groups["best"]
    while len(epochs) <= config.epochs and not _should_stop(epochs, config.patience):
        number = len(epochs)
        reseed_dropouts(trainer, config.seed, number)
        loss, seen = _run_epoch(
            trainer, _batches(data, tuning, side, number), number, config.epochs, progress
        )
        rate = float(keras.ops.convert_to_numpy(trainer.optimizer.learning_rate))
        trained = checkpoint.values(model.weights)
        between = _between(start, trained, config.kept)
        checkpoint.assign(model.weights, between)
        held = answer(model, data.held_images)
        checkpoint.assign(model.weights, trained)
        epochs.append(_epoch(number, rate, (loss, seen), held, data.held_labels))
        if _best(epochs) == number:
            best = between
        write_history(epochs, folder)
        checkpoint.save_state(
            folder / CHECKPOINT_FILE,
            {"epochs": [_row(epoch) for epoch in epochs]},
            {
                "weights": trained,
                "optimizer": checkpoint.values(trainer.optimizer.variables),
                "best": best,
            },
        )
    write_history(epochs, folder)
    checkpoint.assign(model.weights, best)
    progress(1, 1, f"kept epoch {_best(epochs)} of {len(epochs) - 1}")


def _between(
    start: checkpoint.Arrays, trained: checkpoint.Arrays, kept: float
) -> checkpoint.Arrays:
    return [kept * old + (1 - kept) * new for old, new in zip(start, trained, strict=True)]


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


def _run_epoch(
    trainer: keras.Model, batches: PhotoBatches, number: int, epochs: int, progress: Progress
) -> tuple[float, float]:
    """Return the mean loss and accuracy over the epoch's views."""
    steps = len(batches)

    def tell(step: int, loss: float) -> None:
        text = f"epoch {number} of {epochs}, loss {loss:.3f}"
        progress((number - 1) * steps + step + 1, epochs * steps, text)

    told = run_epoch(trainer, batches, number - 1, tell)
    return told["loss"], told["accuracy"]


def _epoch(
    number: int, rate: float, told: tuple[float, float], held: Answers, labels: Ids
) -> Epoch:
    # At its best temperature, which is fitted anyway: how sure a network is may not decide.
    scaled = held.logits / fit_temperature_to_few(held.logits, labels)
    return Epoch(number, rate, *told, cross_entropy(scaled, labels), accuracy(scaled, labels))


def _row(epoch: Epoch) -> dict[str, float]:
    return {name: getattr(epoch, name) for name in Epoch.__dataclass_fields__}


def _best(epochs: list[Epoch]) -> int:
    """Return the epoch of the lowest held-out loss, the first of equals."""
    return min(range(len(epochs)), key=lambda number: epochs[number].val_loss)


def _should_stop(epochs: list[Epoch], patience: int) -> bool:
    return len(epochs) - 1 - _best(epochs) >= patience
