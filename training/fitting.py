"""Fits a network: epochs, checkpoints, early stop, and going on after an interruption."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import keras
import numpy as np

from embeddings.types import Vectors
from training import checkpoint
from training.batches import Batches
from training.config import FitConfig, read_config, write_config
from training.errors import BadRun
from training.history import Epoch, write_history
from training.networks import build, network_spec
from training.one_epoch import run_epoch
from training.predict import accuracy, answer, cross_entropy
from training.reseed import reseed_dropouts
from training.split import FitData
from training.stored_network import WEIGHTS_FILE, load_network, save_network

CHECKPOINT_FILE = "checkpoint.npz"

# Called with the steps done, the steps in all, and a line on how it stands.
Progress = Callable[[int, int, str], None]


def no_progress(done: int, total: int, text: str) -> None:
    """Tell nobody how far a fit is."""


def fit(
    config: FitConfig,
    data: FitData,
    folder: Path,
    *,
    resume: bool = False,
    teacher: Vectors | None = None,
    progress: Progress = no_progress,
) -> keras.Model:
    """Fit a network and leave it in `folder`, at its epoch of the lowest held-out loss.

    The folder gets `config.json`, `history.csv`, `architecture.json` and `model.weights.h5`, and
    while it runs a checkpoint after each epoch, with which `resume` goes on exactly.

    Raises:
        BadRun: the folder holds a run already and `resume` is not asked for, or of other settings.
    """
    state = _open(config, folder, resume)
    if state is None:
        return load_network(folder)
    with precision(config.precision):
        model, trainer = _compiled(config, data)
    batches = Batches(data.images, data.labels, len(data.names), config, teacher)
    if state["groups"]:
        checkpoint.assign(trainer.weights, state["groups"]["weights"])
        checkpoint.assign(trainer.optimizer.variables, state["groups"]["optimizer"])
    epochs = [Epoch(**row) for row in state["facts"]["epochs"]]
    best = state["groups"].get("best", [])
    for number in range(len(epochs), config.epochs):
        if _should_stop(epochs, config.patience):
            break
        told = _run_epoch(trainer, batches, number, config, progress)
        epoch = _measure(model, data, number, trainer, told)
        epochs.append(epoch)
        weights = checkpoint.values(trainer.weights)
        if epoch.val_loss <= min(e.val_loss for e in epochs):
            best = weights
        write_history(epochs, folder)
        checkpoint.save_state(
            folder / CHECKPOINT_FILE,
            {"epochs": [asdict(e) for e in epochs]},
            {
                "weights": weights,
                "optimizer": checkpoint.values(trainer.optimizer.variables),
                "best": best,
            },
        )
    checkpoint.assign(trainer.weights, best)
    return _keep(config, data, folder, model)


@contextmanager
def precision(name: str) -> Iterator[None]:
    """Build layers under a dtype policy, and put the former one back."""
    former = keras.config.dtype_policy()
    keras.config.set_dtype_policy(name)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(former)


def _open(config: FitConfig, folder: Path, resume: bool) -> dict[str, Any] | None:
    """Give the state to go on from, or None where the fit is over."""
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


def _compiled(config: FitConfig, data: FitData) -> tuple[keras.Model, keras.Model]:
    """Give the whole network and the part of it that is trained: pictures to logits."""
    keras.utils.set_random_seed(config.seed)
    spec = replace(
        network_spec(config.network),
        conv_dropout=config.conv_dropout,
        flatten_dropout=config.flatten_dropout,
        dense_dropout=config.dense_dropout,
    )
    _, side, _, channels = data.images.shape
    model = build(spec, len(data.names), side, channels)
    trainer = keras.Model(model.input, model.output["logits"])
    trainer.compile(
        optimizer=_optimizer(config, steps=-(-len(data.labels) // config.batch_size)),
        loss=_loss(config.distil_temperature),
        metrics=["accuracy"],
        # Compiling for the CPU by XLA was measured four times slower than its own kernels.
        jit_compile=False,
    )
    trainer.optimizer.build(trainer.trainable_variables)
    return model, trainer


def _optimizer(config: FitConfig, steps: int) -> keras.optimizers.Optimizer:
    """AdamW, warmed up and then lowered along a cosine (https://arxiv.org/abs/1711.05101)."""
    warmup = int(steps * min(config.warmup_epochs, config.epochs / 2))
    schedule = keras.optimizers.schedules.CosineDecay(
        config.learning_rate / 20,
        decay_steps=max(1, steps * config.epochs - warmup),
        warmup_target=config.learning_rate,
        warmup_steps=warmup,
        alpha=0.002,
    )
    optimizer = keras.optimizers.AdamW(schedule, weight_decay=config.weight_decay)
    # Shrinking an offset or a scale towards 0 does not simplify a network.
    optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    return optimizer


def _loss(temperature: float) -> Callable[[Any, Any], Any]:
    """Cross-entropy against soft targets, at a temperature (https://arxiv.org/abs/1503.02531)."""

    def loss(targets: Any, logits: Any) -> Any:
        told = keras.ops.categorical_crossentropy(targets, logits / temperature, from_logits=True)
        # The gradients shrink with the square of the temperature; this undoes it.
        return told * temperature**2

    return loss


def _run_epoch(
    trainer: keras.Model, batches: Batches, number: int, config: FitConfig, progress: Progress
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


def _should_stop(epochs: list[Epoch], patience: int) -> bool:
    losses = [epoch.val_loss for epoch in epochs]
    return bool(losses) and len(losses) - 1 - int(np.argmin(losses)) >= patience


def _keep(config: FitConfig, data: FitData, folder: Path, model: keras.Model) -> keras.Model:
    """Write the network in float32, whatever it was fitted in."""
    _, side, _, channels = data.images.shape
    kept = build(network_spec(config.network), len(data.names), side, channels)
    kept.set_weights(model.get_weights())
    save_network(kept, folder)
    return kept
