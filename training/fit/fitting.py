"""Fits a network: epochs, checkpoints, early stop, and going on after an interruption."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import keras
import numpy as np

from training.config import FitConfig, read_config, write_config
from training.data.split import FitData
from training.errors import BadRun
from training.fit import checkpoint
from training.fit.averaging import averaged
from training.fit.history import Epoch, write_history
from training.fit.one_epoch import run_epoch
from training.fit.reseed import reseed_dropouts
from training.fit.taught_batches import TaughtBatches
from training.fit.trainer import compiled
from training.networks.predict import accuracy, answer, cross_entropy
from training.networks.small import in_precision
from training.networks.stored import WEIGHTS_FILE, load_network, save_network
from training.progress import Progress, no_progress
from training.views.batches import Batches

CHECKPOINT_FILE = "checkpoint.npz"
KEPT = "best"  # as the checkpoints of earlier versions call it


def fit(
    config: FitConfig,
    data: FitData,
    folder: Path,
    *,
    resume: bool = False,
    batches: TaughtBatches | None = None,
    progress: Progress = no_progress,
) -> keras.Model:
    """Fit a network and leave it in `folder`: its best epoch, or the mean of the last ones.

    `batches` are those of a student; without them the pictures of `data` are moved and blended
    anew in each epoch. The folder gets `config.json`, `history.csv`, `architecture.json` and
    `model.weights.h5`, and while it runs a checkpoint after each epoch, with which `resume` goes on
    exactly.

    Raises:
        BadRun: the folder holds a run already and `resume` is not asked for, or of other settings.
        ValueError: the settings are a student's, and there are no batches for it.
    """
    if config.distil_weight and batches is None:
        raise ValueError("a fit with a distil_weight above 0 needs batches that teachers answered")
    state = _open(config, folder, resume)
    if state is None:
        return load_network(folder)
    shown = batches or Batches(data.images, data.labels, len(data.names), config)
    _, side, _, channels = data.images.shape
    model, trainer = compiled(config, len(data.names), side, channels, steps=len(shown))
    if state["groups"]:
        checkpoint.assign(trainer.weights, state["groups"]["weights"])
        checkpoint.assign(trainer.optimizer.variables, state["groups"]["optimizer"])
    epochs = [Epoch(**row) for row in state["facts"]["epochs"]]
    kept = state["groups"].get(KEPT, [])
    for number in range(len(epochs), config.epochs):
        if _should_stop(epochs, config):
            break
        told = _run_epoch(trainer, shown, number, config, progress)
        epochs.append(_measure(model, data, number, trainer, told))
        kept = _what_to_keep(kept, checkpoint.values(trainer.weights), epochs, config)
        write_history(epochs, folder)
        checkpoint.save_state(
            folder / CHECKPOINT_FILE,
            {"epochs": [asdict(e) for e in epochs]},
            {
                "weights": checkpoint.values(trainer.weights),
                "optimizer": checkpoint.values(trainer.optimizer.variables),
                KEPT: kept,
            },
        )
    checkpoint.assign(trainer.weights, kept)
    return _keep(config, folder, model)


def _open(config: FitConfig, folder: Path, resume: bool) -> dict[str, Any] | None:
    """Return the state to go on from, or None where the fit is over."""
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / CHECKPOINT_FILE).exists():
        write_config(config, folder)
        return {"facts": {"epochs": []}, "groups": {}}
    if not resume:
        raise BadRun(f"{folder} holds a run already: resume it, or choose another folder")
    # More patience or another precision would be other runs; only the same one can be resumed.
    if read_config(folder) != config:
        raise BadRun(f"{folder} holds a run of other settings than asked for")
    if (folder / WEIGHTS_FILE).exists():
        return None
    facts, groups = checkpoint.load_state(folder / CHECKPOINT_FILE)
    return {"facts": facts, "groups": groups}


def _run_epoch(
    trainer: keras.Model,
    batches: Batches | TaughtBatches,
    number: int,
    config: FitConfig,
    progress: Progress,
) -> dict[str, float]:
    batches.start(number)
    reseed_dropouts(trainer, config.seed, number)
    steps = len(batches)
    start, total = number * steps, config.epochs * steps

    def tell(step: int, loss: float) -> None:
        if step % 20 == 0 or step == steps - 1:
            text = f"epoch {number + 1} of {config.epochs}, loss {loss:.3f}"
            progress(start + step + 1, total, text)

    return run_epoch(trainer, batches, number, tell)


def _measure(
    model: keras.Model, data: FitData, number: int, trainer: keras.Model, told: dict[str, float]
) -> Epoch:
    logits = answer(model, data.held_out_images).logits
    rate = float(keras.ops.convert_to_numpy(trainer.optimizer.learning_rate))
    return Epoch(
        epoch=number + 1,
        learning_rate=rate,
        loss=told["loss"],
        accuracy=told["accuracy"],
        val_loss=cross_entropy(logits, data.held_out_labels),
        val_accuracy=accuracy(logits, data.held_out_labels),
    )


def _what_to_keep(
    kept: checkpoint.Arrays, weights: checkpoint.Arrays, epochs: list[Epoch], config: FitConfig
) -> checkpoint.Arrays:
    """Return the weights to keep after the last of `epochs`, whose own are `weights`."""
    if config.averaged_epochs:
        count = len(epochs) - (config.epochs - config.averaged_epochs)
        return averaged(kept, weights, max(1, count))
    return weights if epochs[-1].val_loss <= min(e.val_loss for e in epochs) else kept


def _should_stop(epochs: list[Epoch], config: FitConfig) -> bool:
    losses = [epoch.val_loss for epoch in epochs]
    if not losses or config.averaged_epochs:
        return False
    return len(losses) - 1 - int(np.argmin(losses)) >= config.patience


def _keep(config: FitConfig, folder: Path, model: keras.Model) -> keras.Model:
    """Write the network in float32, whatever it was fitted in."""
    kept = in_precision("float32", model, config.network)
    save_network(kept, folder)
    return kept
