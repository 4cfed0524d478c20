"""Fits a photo network: its head, then everything behind the frozen blocks."""

from dataclasses import asdict, dataclass
from pathlib import Path

import keras
import numpy as np

from embeddings.types import Ids, Pixels, Vectors
from training.fit.course import Curves, Logs, Plan, has_checkpoint, run_course
from training.fit.fine_tune import FineTuneConfig, fit_head, read_all, trainer_of
from training.networks.predict import accuracy, cross_entropy
from training.progress import Progress
from training.views.balance import draw_order
from training.views.still_views import Features, StillBatches, split_at


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
    if config.head_epochs and not has_checkpoint(folder):
        progress(0, config.epochs * steps, "fitting the head")
        fit_head(late, _pool(pooled, data, config), data.labels, config)

    def watch(logs: Logs) -> Curves:
        logits, _ = read_all(model, data.watched)
        lost, right = (of(logits, data.watched_labels) for of in (cross_entropy, accuracy))
        return Curves(logs["loss"], logs["accuracy"], lost, right)

    run_course(
        trainer,
        lambda number: _batches(data, config, number),
        Plan(config.epochs, config.seed, settings=asdict(config)),
        progress,
        folder=folder,
        watch=watch,
    )


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
