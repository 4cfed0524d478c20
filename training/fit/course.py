"""The course of every training: epochs, checkpoints, curves, early stop, and going on.

What differs from one training to another is given to it: the trainer with its loss, the batches of
an epoch, what is watched after each, and which weights are kept.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, Protocol, TypeAlias

import keras

from training.errors import BadRun
from training.fit import checkpoint
from training.fit.checkpoint import Arrays
from training.fit.history import Epoch, best_epoch, write_history
from training.fit.one_epoch import run_epoch
from training.fit.reseed import reseed_dropouts
from training.progress import Progress

CHECKPOINT_FILE = "checkpoint.npz"
_KEPT = "best"  # as the checkpoints of earlier versions call it

Logs: TypeAlias = dict[str, float]  # the means over an epoch's batches


class Curves(NamedTuple):
    """What the curves show of an epoch."""

    loss: float
    accuracy: float
    val_loss: float
    val_accuracy: float


class Keep(Protocol):
    """Chooses the weights that a training leaves."""

    def __call__(self, kept: Arrays, weights: Arrays, epochs: Sequence[Epoch]) -> Arrays:
        """Return those to keep after the last of `epochs`, whose own are `weights`."""
        ...


@dataclass(frozen=True, slots=True)
class Plan:
    """What decides a course, apart from its trainer and its batches."""

    epochs: int
    seed: int | None  # of what is dropped in each epoch; None: nobody goes on with it
    patience: int | None = None  # epochs without a lower held-out loss, then it stops; None: never
    settings: dict[str, Any] = field(default_factory=dict)  # of a run that may be gone on with


def run_course(
    trainer: keras.Model,
    batches: Callable[[int], keras.utils.PyDataset],
    plan: Plan,
    progress: Progress,
    *,
    folder: Path | None = None,
    watch: Callable[[Logs], Curves] = lambda logs: Curves(logs["loss"], *[float("nan")] * 3),
    begin: Sequence[Epoch] = (),
    keep: Keep | None = None,
    kept: Arrays | None = None,
) -> list[Epoch]:
    """Fit a compiled trainer on the batches of each epoch, and leave it with the weights to keep.

    Epochs are numbered on from those of `begin`, which tell of before any training. With a `folder`
    it gets `history.csv` and a checkpoint after each epoch; where it has a checkpoint, the training
    goes on from there, exactly. Without `keep` the last weights are left; `kept` are those to begin
    with. Gives the epochs, `begin` among them.

    Raises:
        BadRun: the checkpoint is of other settings, or of another network.
    """
    optimizer = trainer.optimizer
    if not optimizer.built:
        optimizer.build(trainer.trainable_variables)
    epochs, chosen = list(begin), kept or []
    state = folder / CHECKPOINT_FILE if folder else None
    if state and state.exists():
        epochs, chosen = _resume(state, trainer, plan)
    while len(epochs) < len(begin) + plan.epochs and not _should_stop(epochs, plan.patience):
        number = len(epochs)
        if plan.seed is not None:
            reseed_dropouts(trainer, plan.seed, number)
        first = number - len(begin)
        logs = _run_epoch(trainer, batches(number), first, plan.epochs, progress)
        rate = float(keras.ops.convert_to_numpy(optimizer.learning_rate))
        epochs.append(Epoch(first + 1, rate, *watch(logs)))
        weights = checkpoint.values(trainer.weights)
        if keep:
            chosen = keep(chosen, weights, epochs)
        if folder and state:
            write_history(epochs, folder)
            _save(state, plan, epochs, trainer, weights, chosen)
    if keep and chosen:
        checkpoint.assign(trainer.weights, chosen)
    return epochs


def keep_best(kept: Arrays, weights: Arrays, epochs: Sequence[Epoch]) -> Arrays:
    """Keep those of the lowest held-out loss."""
    return weights if best_epoch(epochs) == epochs[-1] else kept


def has_checkpoint(folder: Path) -> bool:
    """Return whether a course in `folder` has come to the end of an epoch."""
    return (folder / CHECKPOINT_FILE).exists()


def _run_epoch(
    trainer: keras.Model,
    batches: keras.utils.PyDataset,
    number: int,
    epochs: int,
    progress: Progress,
) -> Logs:
    steps = len(batches)

    def tell(step: int, loss: float) -> None:
        text = f"epoch {number + 1} of {epochs}, loss {loss:.3f}"
        progress(number * steps + step + 1, epochs * steps, text)

    return run_epoch(trainer, batches, number, tell)


def _should_stop(epochs: Sequence[Epoch], patience: int | None) -> bool:
    if patience is None or not epochs:
        return False
    return epochs[-1].epoch - best_epoch(epochs).epoch >= patience


def _save(
    state: Path,
    plan: Plan,
    epochs: Sequence[Epoch],
    trainer: keras.Model,
    weights: Arrays,
    kept: Arrays,
) -> None:
    checkpoint.save_state(
        state,
        {"epochs": [asdict(epoch) for epoch in epochs], "config": plan.settings},
        {
            "weights": weights,
            "optimizer": checkpoint.values(trainer.optimizer.variables),
            _KEPT: kept,
        },
    )


def _resume(state: Path, trainer: keras.Model, plan: Plan) -> tuple[list[Epoch], Arrays]:
    facts, groups = checkpoint.load_state(state)
    # JSON knows lists only, where a setting may be a pair.
    settings = json.loads(json.dumps(plan.settings))
    if facts.get("config", settings) != settings:
        raise BadRun(f"{state.parent} holds a run of other settings than asked for")
    checkpoint.assign(trainer.weights, groups["weights"])
    checkpoint.assign(trainer.optimizer.variables, groups["optimizer"])
    return [Epoch(**row) for row in facts["epochs"]], groups.get(_KEPT, [])
