"""The runs behind the garment bundle: one network a fold of senders, and the one that ships."""

from pathlib import Path

from training.networks.efficientnet_lite import LITES
from training.progress import Bars, Progress
from training.recipes.garments.fit.head_data import head_data, kept_head_data
from training.recipes.garments.fit.head_fit import HeadData, fit_head, take_head
from training.recipes.garments.fit.material import Material, blank_network, network_of_any_size
from training.recipes.garments.fit.recipe import Step
from training.recipes.garments.fit.trunk_fit import fit_trunk
from training.recipes.garments.network.network import freeze_early, late_of

FINAL = "final"
SHOP, LATE, DEEP = "shop", "late", "deep"  # the steps, each in a folder of its own
NETWORK_FILE = "network.weights.h5"
TRUNK_FILE = "trunk.weights.h5"
FEATURES_FILE = "features.npz"


def fit_all(material: Material, folder: Path, bars: Bars) -> None:
    """Fit the network of the shop, those of the folds, and the final one, which comes first.

    Without product photos all begin with the published weights; without clothing photos there are
    no folds.
    """
    recipe, start = material.recipe, None
    if material.samples.is_product.any():
        start = _fit_step(
            material, SHOP, recipe.shop, None, None, folder, bars("on the shop's photos"),
            of_shop=True,
        )  # fmt: skip
    for fold in (None, *material.samples.judged_folds()):
        run = folder / run_name(fold)
        begun = start
        for name, step in ((LATE, recipe.late), (DEEP, recipe.deep)):
            told = bars(f"{run.name}, {name} blocks")
            begun = _fit_step(material, name, step, fold, begun, run, told, of_shop=False)
        if not (run / NETWORK_FILE).exists():
            fit_run_head(material, fold, folder, bars)


def fit_run_head(material: Material, fold: int | None, folder: Path, bars: Bars) -> None:
    """Fit the head of one run on the features of its late blocks, and keep the whole network."""
    run = folder / run_name(fold)
    trunk = run / DEEP / TRUNK_FILE
    model = network_of_any_size(material.recipe)
    model.load_weights(trunk)

    def work_out() -> HeadData:
        return head_data(model, material, fold, bars(f"{run.name}, features"))

    data = kept_head_data(run / FEATURES_FILE, trunk, work_out)
    head = fit_head(data, material.recipe.head, bars(f"{run.name}, head"))
    take_head(model, head)
    model.save_weights(run / NETWORK_FILE)


def run_name(fold: int | None) -> str:
    """Name the folder of a run; None is the network that ships."""
    return FINAL if fold is None else f"fold-{fold}"


def _fit_step(
    material: Material,
    name: str,
    step: Step,
    fold: int | None,
    begun: Path | None,
    run: Path,
    told: Progress,
    *,
    of_shop: bool,
) -> Path:
    """Fit the blocks of one step, from the weights `begun` on; gives the file of their weights."""
    done = run / name / TRUNK_FILE
    if done.exists():
        return done
    model = blank_network(material.recipe)
    if begun is not None:
        model.load_weights(begun)
    views = material.views(step)
    freeze_early(model, LITES[material.recipe.lite], step.behind)
    fit_trunk(
        late_of(model, step.behind),
        material.portions(views, step, fold),
        step.fit,
        material.watched(views, fold, of_shop=of_shop),
        done.parent,
        told,
    )
    model.save_weights(done)
    return done
