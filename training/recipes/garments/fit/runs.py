"""The runs behind the garment bundle: one network a fold of senders, and the one that ships."""

from pathlib import Path

import keras
import numpy as np

from training.data.framed import photo_spec
from training.data.photo_data import framed
from training.networks.efficientnet_lite import LITES
from training.networks.garment_layers import tone_centres
from training.progress import Bars, Progress
from training.recipes.garments.fit.head_fit import (
    HeadData,
    features_as_served,
    features_of,
    fit_head,
    take_head,
)
from training.recipes.garments.fit.material import Material, blank_network, network_of_any_size
from training.recipes.garments.fit.recipe import Step
from training.recipes.garments.fit.trunk_fit import fit_trunk
from training.recipes.garments.network.colours import COLOURS
from training.recipes.garments.network.network import freeze_early, late_of

FINAL = "final"
SHOP, LATE, DEEP = "shop", "late", "deep"  # the steps, each in a folder of its own
NETWORK_FILE = "network.weights.h5"
TRUNK_FILE = "trunk.weights.h5"


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
    model = network_of_any_size(material.recipe)
    model.load_weights(run / DEEP / TRUNK_FILE)
    data = head_data(model, material, fold, bars)
    head = fit_head(data, material.recipe.head, bars(f"{run.name}, head"))
    take_head(model, head)
    model.save_weights(run / NETWORK_FILE)


def run_name(fold: int | None) -> str:
    """Name the folder of a run; None is the network that ships."""
    return FINAL if fold is None else f"fold-{fold}"


def head_data(model: keras.Model, material: Material, fold: int | None, bars: Bars) -> HeadData:
    """Work out the pooled features, by the blocks of a run, of all that it learns from.

    The network takes pictures of any size: views are smaller than what is served.
    """
    recipe, samples = material.recipe, material.samples
    rows, late = samples.learned(fold), late_of(model, recipe.deep.behind)
    views = material.views(DEEP, recipe.deep)
    told = bars(f"{run_name(fold)}, features")
    moved = features_of(late, views.pictures, rows, recipe.head.moved, told)
    as_served = features_as_served(
        model, framed([samples.paths[row] for row in rows], photo_spec(*recipe.served), told)
    )
    articles = np.arange(recipe.articles)
    # An article has one view, which stands for all.
    of_articles = features_of(late, views.articles, articles, 1, told)
    colours = np.zeros((len(articles), len(COLOURS)), dtype=np.bool_)
    tones = np.zeros((len(articles), len(tone_centres())), dtype=np.float32)
    return HeadData(
        np.concatenate([moved, np.repeat(of_articles, moved.shape[1], axis=1)]),
        np.concatenate([as_served, of_articles[:, 0]]),
        np.arange(len(rows) + len(articles)),
        np.array([*np.asarray(samples.labels)[rows], *["article"] * len(articles)]),
        np.concatenate([samples.kinds[rows], material.article_kinds]),
        np.concatenate([samples.colours[rows], colours]),
        np.concatenate([material.cuts.tones[rows], tones]),
    )


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
    views = material.views(name, step)
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
