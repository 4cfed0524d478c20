"""Makes a recipe's networks from nothing: teachers, then students; resumable."""

from collections.abc import Callable
from pathlib import Path

from embeddings.datasets.fashion_mnist import Part
from embeddings.types import Vectors
from training.console import named
from training.distil import teach
from training.fitting import fit
from training.recipes import Recipe
from training.split import split

# Called with what is being done, the steps done, the steps in all, and how it stands.
StageProgress = Callable[[str, int, int, str], None]


def fit_all(
    recipe: Recipe,
    train: Part,
    names: tuple[str, ...],
    folder: Path,
    progress: StageProgress,
) -> list[Path]:
    """Fit every network of a recipe under `folder`; gives the students' runs, in its order.

    What is already fitted there is kept, what was interrupted goes on. Raises: BadRun.
    """
    models = []
    for config in recipe.teachers:
        run = folder / f"teacher-{config.seed}"
        data = split(train.images, train.labels, names, config.held_out_per_label)
        models.append(fit(config, data, run, resume=True, progress=named(progress, run.name)))
    runs = []
    told: dict[tuple[int, float], Vectors] = {}  # the same for every seed
    for config in recipe.students:
        run = folder / f"seed-{config.seed}"
        data = split(train.images, train.labels, names, config.held_out_per_label)
        key = (config.held_out_per_label, config.distil_temperature)
        if config.distil_weight and key not in told:
            told[key] = teach(
                models, data.images, config.distil_temperature, named(progress, "teachers")
            )
        fit(
            config,
            data,
            run,
            resume=True,
            teacher=told[key] if config.distil_weight else None,
            progress=named(progress, run.name),
        )
        runs.append(run)
    return runs
