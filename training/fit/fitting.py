"""Fits a network on small pictures, or on what teachers said of them."""

from collections.abc import Sequence
from pathlib import Path

import keras

from training.config import FitConfig, read_config, write_config
from training.data.split import FitData
from training.errors import BadRun
from training.fit.averaging import averaged
from training.fit.checkpoint import Arrays
from training.fit.course import Curves, Logs, Plan, has_checkpoint, keep_best, run_course
from training.fit.history import Epoch
from training.fit.taught_batches import TaughtBatches
from training.fit.trainer import compiled
from training.networks.predict import accuracy, answer, cross_entropy
from training.networks.small import in_precision
from training.networks.stored import WEIGHTS_FILE, load_network, save_network
from training.progress import Progress, no_progress
from training.views.batches import Batches


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
    if _is_over(config, folder, resume):
        return load_network(folder)
    shown = batches or Batches(data.images, data.labels, len(data.names), config)
    _, side, _, channels = data.images.shape
    model, trainer = compiled(config, len(data.names), side, channels, steps=len(shown))

    def of_epoch(number: int) -> Batches | TaughtBatches:
        shown.start(number)
        return shown

    def watch(logs: Logs) -> Curves:
        logits = answer(model, data.held_out_images).logits
        labels = data.held_out_labels
        lost, right = cross_entropy(logits, labels), accuracy(logits, labels)
        return Curves(logs["loss"], logs["accuracy"], lost, right)

    def keep_mean(kept: Arrays, weights: Arrays, epochs: Sequence[Epoch]) -> Arrays:
        count = len(epochs) - (config.epochs - config.averaged_epochs)
        return averaged(kept, weights, max(1, count))

    patience = None if config.averaged_epochs else config.patience
    run_course(
        trainer,
        of_epoch,
        Plan(config.epochs, config.seed, patience),
        progress,
        folder=folder,
        watch=watch,
        keep=keep_mean if config.averaged_epochs else keep_best,
    )
    return _keep(config, folder, model)


def _is_over(config: FitConfig, folder: Path, resume: bool) -> bool:
    """Return whether the run in `folder` has come to its end; one that begins gets its settings."""
    folder.mkdir(parents=True, exist_ok=True)
    if not has_checkpoint(folder):
        write_config(config, folder)
        return False
    if not resume:
        raise BadRun(f"{folder} holds a run already: resume it, or choose another folder")
    # More patience or another precision would be other runs; only the same one can be resumed.
    if read_config(folder) != config:
        raise BadRun(f"{folder} holds a run of other settings than asked for")
    return (folder / WEIGHTS_FILE).exists()


def _keep(config: FitConfig, folder: Path, model: keras.Model) -> keras.Model:
    """Write the network in float32, whatever it was fitted in."""
    kept = in_precision("float32", model, config.network)
    save_network(kept, folder)
    return kept
