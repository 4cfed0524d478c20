"""The course of a photo training: head, epochs, checkpoints, and going on after an interruption."""

from dataclasses import asdict, dataclass
from pathlib import Path

import keras
import numpy as np

from embeddings.types import Ids, Pixels, Vectors
from training.errors import BadRun
from training.fit import checkpoint
from training.fit.fine_tune import FineTuneConfig, fit_head, read_all, trainer_of
from training.fit.history import Epoch, write_history
from training.fit.one_epoch import run_epoch
from training.fit.reseed import reseed_dropouts
from training.networks.predict import accuracy, cross_entropy
from training.progress import Progress
from training.views.balance import draw_order
from training.views.still_views import Features, StillBatches, split_at

CHECKPOINT_FILE = "checkpoint.npz"


@dataclass(frozen=True, slots=True, eq=False)
class PhotoSet:
    """What a network is fitted on, and photos of other people to watch it by."""

    photos: Features  # (n, views, h, w, c), of all photos, behind the frozen blocks
    rows: Ids  # places in `photos` of those to fit on
    labels: Ids  # of these
    num_labels: int
    watched: Pixels  # (m, height, width, 3), framed as in serving; nothing is chosen by them
    watched_labels: Ids
    articles: Features | None = None  # (k, 1, h, w, c)
    article_targets: Vectors | None = None  # (k, num_labels), each summing to 1


def fit_photos(
    model: keras.Model, data: PhotoSet, config: FineTuneConfig, folder: Path, progress: Progress
) -> None:
    """Fit `model` in place; `folder` gets `history.csv` and a checkpoint after each epoch.

    First the head is fitted on features that stand still, unless `head_epochs` is 0, then
    everything behind the frozen blocks.
    Where the folder has a checkpoint of the same settings, it goes on from there, exactly.

    Raises:
        BadRun: the folder holds a run of other settings.
    """
    folder.mkdir(parents=True, exist_ok=True)
    keras.utils.set_random_seed(config.seed)
    _, late, pooled = split_at(model, config.frozen_blocks)
    steps = len(_batches(data, config, 0))
    trainer = trainer_of(late, config, data.labels, steps)
    trainer.optimizer.build(trainer.trainable_variables)
    state = folder / CHECKPOINT_FILE
    epochs: list[Epoch] = []
    if state.exists():
        epochs = _resume(state, trainer, config)
    elif config.head_epochs:
        progress(0, config.epochs * steps, "fitting the head")
        fit_head(late, _pool(pooled, data, config), data.labels, config)
    while len(epochs) < config.epochs:
        number = len(epochs)
        told = _run_epoch(trainer, _batches(data, config, number), number, config, progress)
        epochs.append(_measure(model, data, number, trainer, told))
        write_history(epochs, folder)
        checkpoint.save_state(
            state,
            {"epochs": [asdict(epoch) for epoch in epochs], "config": asdict(config)},
            {
                "weights": checkpoint.values(trainer.weights),
                "optimizer": checkpoint.values(trainer.optimizer.variables),
            },
        )


def _resume(state: Path, trainer: keras.Model, config: FineTuneConfig) -> list[Epoch]:
    facts, groups = checkpoint.load_state(state)
    # JSON knows lists only, where a setting is a pair.
    if FineTuneConfig.from_facts(facts["config"]) != config:
        raise BadRun(f"{state.parent} holds a run of other settings than asked for")
    checkpoint.assign(trainer.weights, groups["weights"])
    checkpoint.assign(trainer.optimizer.variables, groups["optimizer"])
    return [Epoch(**row) for row in facts["epochs"]]


def _batches(data: PhotoSet, config: FineTuneConfig, epoch: int) -> StillBatches:
    order = draw_order(data.labels, config.balance, [config.seed, epoch])
    return StillBatches(
        data.photos,
        data.rows[order],
        np.eye(data.num_labels, dtype=np.float32)[data.labels[order]],
        batch_size=config.batch_size,
        mixup=config.mixup,
        epoch=epoch,
        seed=config.seed,
        articles=data.articles,
        article_targets=data.article_targets,
        studio_share=config.studio_share,
    )


def _pool(pooled: keras.Model, data: PhotoSet, config: FineTuneConfig) -> Vectors:
    """Return the pooled features of one view of each photo."""
    told = []
    for first in range(0, len(data.rows), config.batch_size):
        part = data.photos[data.rows[first : first + config.batch_size], 0]
        told.append(np.asarray(pooled.predict_on_batch(part.astype(np.float32)), np.float32))
    return np.concatenate(told)


def _run_epoch(
    trainer: keras.Model,
    batches: StillBatches,
    number: int,
    config: FineTuneConfig,
    progress: Progress,
) -> dict[str, float]:
    reseed_dropouts(trainer, config.seed, number)
    steps = len(batches)

    def tell(step: int, loss: float) -> None:
        text = f"epoch {number + 1} of {config.epochs}, loss {loss:.3f}"
        progress(number * steps + step + 1, config.epochs * steps, text)

    return run_epoch(trainer, batches, number, tell)


def _measure(
    model: keras.Model, data: PhotoSet, number: int, trainer: keras.Model, told: dict[str, float]
) -> Epoch:
    logits, _ = read_all(model, data.watched)
    return Epoch(
        epoch=number + 1,
        learning_rate=float(keras.ops.convert_to_numpy(trainer.optimizer.learning_rate)),
        loss=told["loss"],
        accuracy=told["accuracy"],
        val_loss=cross_entropy(logits, data.watched_labels),
        val_accuracy=accuracy(logits, data.watched_labels),
    )
