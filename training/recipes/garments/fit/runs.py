"""The runs behind the garment bundle: one network a fold of senders, and the one that ships."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
import numpy.typing as npt

from embeddings.datasets.fashion_mnist import Part
from training.console import Tell, named
from training.fit.photo_fit import Progress
from training.networks.convert_lite import load_published
from training.networks.efficientnet_lite import LITES
from training.networks.garment_layers import tone_centres
from training.recipes.garments.fit.head_fit import HeadData, features_of, fit_head, take_head
from training.recipes.garments.fit.recipe import Recipe
from training.recipes.garments.fit.trunk_fit import Portion, TrunkConfig, Watched, fit_trunk
from training.recipes.garments.network.colours import COLOURS
from training.recipes.garments.network.leaves import of_article
from training.recipes.garments.network.network import (
    build_garment_network,
    early_of,
    freeze_early,
    late_of,
)
from training.recipes.garments.pictures.drawing import article_drawer, view_drawer
from training.recipes.garments.pictures.kept_views import KeptViews, keep_views
from training.recipes.garments.pictures.samples import NEVER, Cuts, Samples

FINAL = "final"
TRUNK_FILE = "trunk.weights.h5"
NETWORK_FILE = "network.weights.h5"
_WATCHED = 300

# What is sold on a dressed person, whose cover is all of the person.
_WORN = frozenset(
    (
        "Tshirts", "Shirts", "Tops", "Kurtas", "Kurta Sets", "Kurtis", "Tunics", "Sweaters",
        "Sweatshirts", "Jackets", "Dresses", "Skirts", "Trousers", "Capris", "Jeans",
        "Track Pants", "Lounge Pants", "Leggings", "Churidar", "Tights", "Stockings", "Shorts",
        "Lounge Shorts", "Tracksuits", "Waistcoat", "Shrug", "Briefs", "Trunk", "Bra",
        "Innerwear Vests", "Dupatta", "Stoles", "Sarees",
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """All that the runs learn from: pictures, and their views behind the frozen blocks."""

    samples: Samples
    cuts: Cuts
    views: KeptViews
    article_kinds: npt.NDArray[np.bool_]  # (k, leaves)
    article_views: KeptViews


def prepare(
    recipe: Recipe, samples: Samples, cuts: Cuts, studio: Part, folder: Path, tell: Tell
) -> Material:
    """Work out every view once; what is there already is taken."""
    early = early_of(_network(recipe))
    views = keep_views(
        early,
        len(samples),
        view_drawer(samples, cuts, recipe.views),
        recipe.views,
        samples.digest(),
        folder / "views",
        named(tell, "views of pictures"),
    )
    rng = np.random.default_rng(recipe.article_views.seed)
    rows = rng.permutation(len(studio.images))[: recipe.articles]
    article_views = keep_views(
        early,
        len(rows),
        article_drawer(studio.images[rows], recipe.article_views),
        recipe.article_views,
        f"articles {recipe.articles}",
        folder / "articles",
        named(tell, "views of articles"),
    )
    kinds = np.array([of_article(int(label)) for label in studio.labels[rows]])
    return Material(samples, cuts, views, kinds, article_views)


def fit_all(recipe: Recipe, material: Material, folder: Path, tell: Tell) -> None:
    """Fit the network of the shop, those of the folds, and the final one, which comes first.

    Without product photos all begin with the published weights; without clothing photos there are
    no folds.
    """
    shop = folder / "shop"
    of_shop = bool(material.samples.is_product.any())
    if of_shop and not (shop / TRUNK_FILE).exists():
        start = _network(recipe)
        portions = _portions(recipe, material, None, of_shop=True)
        watched = _watched(material, None, of_shop=True)
        _fit(
            start,
            recipe.lite,
            portions,
            watched,
            recipe.shop,
            shop,
            named(tell, "on the shop's photos"),
        )
    for fold in (None, *material.samples.judged_folds()):
        run = folder / run_name(fold)
        if not (run / TRUNK_FILE).exists():
            model = _network(recipe)
            if of_shop:
                model.load_weights(shop / TRUNK_FILE)
            portions = _portions(recipe, material, fold, of_shop=False)
            watched = _watched(material, fold, of_shop=False)
            told = named(tell, f"{run.name}, late blocks")
            _fit(model, recipe.lite, portions, watched, recipe.mixed, run, told)
        if not (run / NETWORK_FILE).exists():
            fit_run_head(recipe, material, fold, folder, tell)


def fit_run_head(
    recipe: Recipe, material: Material, fold: int | None, folder: Path, tell: Tell
) -> None:
    """Fit the head of one run on the features of its late blocks, and keep the whole network."""
    run = folder / run_name(fold)
    model = _network(recipe)
    model.load_weights(run / TRUNK_FILE)
    data = head_data(model, material, fold, named(tell, f"{run.name}, features"))
    head = fit_head(data, recipe.head, named(tell, f"{run.name}, head"))
    take_head(model, head)
    model.save_weights(run / NETWORK_FILE)


def run_name(fold: int | None) -> str:
    """Name the folder of a run; None is the network that ships."""
    return FINAL if fold is None else f"fold-{fold}"


def head_data(
    model: keras.Model, material: Material, fold: int | None, progress: Progress
) -> HeadData:
    """Work out the pooled features of every view that a run learns from."""
    samples, late = material.samples, late_of(model)
    rows = samples.learned(fold)
    views = material.views.maps.shape[1]
    sizes = int(late.output["features"].shape[-1])
    of_articles = len(material.article_kinds)
    features = np.zeros((len(rows) + of_articles, views, sizes), dtype=np.float16)
    for first in range(0, len(rows), 64):
        part = rows[first : first + 64]
        maps = material.views.maps[part].reshape(-1, *material.views.maps.shape[2:])
        features[first : first + len(part)] = features_of(late, maps, 128).reshape(
            len(part), views, -1
        )
        progress(first + len(part), len(rows), "reading")
    # An article has one view, which stands for all.
    features[len(rows) :] = features_of(late, material.article_views.maps[:, 0])[:, None]
    colours = np.zeros((of_articles, len(COLOURS)), dtype=np.bool_)
    tones = np.zeros((of_articles, len(tone_centres())), dtype=np.float32)
    names = [*np.asarray(samples.labels)[rows], *["article"] * of_articles]
    return HeadData(
        features,
        np.arange(len(features)),
        np.array(names),
        np.concatenate([samples.kinds[rows], material.article_kinds]),
        np.concatenate([samples.colours[rows], colours]),
        np.concatenate([material.cuts.tones[rows], tones]),
    )


def _network(recipe: Recipe) -> keras.Model:
    """Build the network of the views' size, with the published weights and a head untrained."""
    spec = LITES[recipe.lite]
    model = build_garment_network(
        spec,
        height=recipe.views.height,
        width=recipe.views.width,
        kind_weight=recipe.head.kind_weight,
        drop_path=recipe.drop_path,
    )
    load_published(model, spec)
    return model


def _fit(
    model: keras.Model,
    lite: str,
    portions: Sequence[Portion],
    watched: Watched,
    config: TrunkConfig,
    run: Path,
    progress: Progress,
) -> None:
    freeze_early(model, LITES[lite])
    fit_trunk(late_of(model), portions, config, watched, run, progress)
    model.save_weights(run / TRUNK_FILE)


def _watched(material: Material, fold: int | None, *, of_shop: bool) -> Watched:
    """Choose some pictures that a run learns from, and some of other senders or shoots."""
    samples = material.samples
    mine = samples.is_product == of_shop
    if not mine.any():  # that data set is absent: the other stands for it
        mine = ~mine
    known = samples.kinds.any(axis=1) & mine
    learned = samples.learned(fold)
    learned = learned[known[learned]]
    held = np.setdiff1d(np.flatnonzero(known), samples.learned(fold))
    # The published test photos are looked at once, at the very end.
    held = held[samples.is_product[held] | (samples.folds[held] != NEVER)]
    rng = np.random.default_rng(0)
    chosen = [rng.permutation(rows)[:_WATCHED] for rows in (learned, held)]
    return Watched(material.views, samples.kinds, *chosen)


def _portions(
    recipe: Recipe, material: Material, fold: int | None, *, of_shop: bool
) -> list[Portion]:
    samples, cuts = material.samples, material.cuts
    learned = samples.learned(fold)
    products = learned[samples.is_product[learned]]
    photos = learned[~samples.is_product[learned]]
    whole = np.array([label not in _WORN for label in samples.labels]) | ~samples.is_product
    shown = (recipe.shop_products, 0) if of_shop else (
        recipe.mixed_products, round(recipe.mixed_photos * len(photos)))  # fmt: skip
    found = [
        Portion(
            material.views, rows, each, samples.labels, samples.kinds, samples.colours,
            cuts.tones, whole,
        )
        for rows, each in zip((products, photos), shown, strict=True) if len(rows) and each
    ]  # fmt: skip
    articles = len(material.article_kinds)
    found.append(
        Portion(
            material.article_views,
            np.arange(articles),
            recipe.shop_articles if of_shop else recipe.mixed_articles,
            ["article"] * articles,
            material.article_kinds,
            np.zeros((articles, len(COLOURS)), dtype=np.bool_),
            np.zeros((articles, len(tone_centres())), dtype=np.float32),
            np.zeros(articles, dtype=np.bool_),
        )
    )
    return found
