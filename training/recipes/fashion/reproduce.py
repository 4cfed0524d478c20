"""Makes a recipe's networks from nothing: teachers, their answers, students; resumable."""

from pathlib import Path

import keras

from embeddings.datasets.fashion_mnist import Part
from training.config import FitConfig
from training.data.split import FitData, split
from training.fit.distil import ask_teachers
from training.fit.fitting import fit
from training.fit.taught_batches import TaughtBatches
from training.networks.small import in_precision
from training.progress import Bars
from training.recipes.fashion.recipe import Recipe
from training.views.drawn_views import DrawnViews, plan_of


def fit_all(
    recipe: Recipe,
    train: Part,
    names: tuple[str, ...],
    folder: Path,
    bars: Bars,
) -> list[Path]:
    """Fit every network of a recipe under `folder`; gives the students' runs, in its order.

    What is already fitted there is kept, what was interrupted goes on. Raises: BadRun.
    """
    teachers = []
    for config in recipe.teachers:
        run = folder / f"teacher-{config.seed}"
        data = split(train.images, train.labels, names, config.held_out_per_label)
        model = fit(config, data, run, resume=True, progress=bars(run.name))
        # As they were fitted: twice as fast, and a student cannot tell the difference.
        teachers.append(in_precision(config.precision, model, config.network))
    runs = []
    for config in recipe.students:
        run = folder / f"seed-{config.seed}"
        data = split(train.images, train.labels, names, config.held_out_per_label)
        batches = None
        if config.distil_weight:
            batches = _taught(teachers, config, data, folder / "answers", bars)
        fit(config, data, run, resume=True, batches=batches, progress=bars(run.name))
        runs.append(run)
    return runs


def _taught(
    teachers: list[keras.Model],
    config: FitConfig,
    data: FitData,
    folder: Path,
    bars: Bars,
) -> TaughtBatches:
    """Draw the views of a student and ask the teachers of those of which nobody has yet."""
    views = DrawnViews(data.images, plan_of(config))
    told = ask_teachers(teachers, views, config.distil_temperature, folder, bars("teachers"))
    return TaughtBatches(views, told, data.labels, len(data.names), config)
