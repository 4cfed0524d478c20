"""Works out every figure of the garment network, and what its bundle needs besides."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from embeddings.datasets.fashion_mnist import Part
from embeddings.model.bundle import Bundle, Similarity
from embeddings.types import Vectors
from training.bundle.bundling import Thresholds
from training.judge.figure import Figure, read_figures
from training.judge.judged import Judged
from training.progress import Bars
from training.recipes.garments.fit.recipe import Recipe
from training.recipes.garments.judge.judge_folds import FoldReadings, judge_folds, read_fold
from training.recipes.garments.judge.readings import Reader, reader_of, served_spec
from training.recipes.garments.judge.score import fit_kind_score, fit_score
from training.recipes.garments.judge.sets import fit_set_temperature
from training.recipes.garments.judge.shipping import (
    Shipping,
    fit_shipping_rejection,
    judge_shipping,
    judge_shipping_rejection,
    read_unseen,
)
from training.recipes.garments.pictures.samples import Cuts, Samples
from training.recipes.photos.studio import GALLERY, frame_gallery

ORDER = (
    "same_garment_first", "same_garment_ten", "same_product_first", "same_product_ten",
    "another_view_first", "another_view_ten", "changed_view_ten",
    "subset_test", "subset_folds", "accuracy_folds", "balanced_folds", "precision_at_10",
    "product_kind", "product_worn", "near_kind", "near_colour", "near_both", "product_colour",
    "photo_to_studio", "auroc", "turned_away", "kept_photos", "kept_product_photos",
    "kept_grey_articles", "calibration_folds", "calibration_products", "encode_ms",
)  # fmt: skip
"""Figures as people ask for them."""


@dataclass(frozen=True, slots=True, eq=False)
class Assessment:
    """All that is told of the network that ships, and all that its bundle needs besides it."""

    thresholds: Thresholds
    colour_temperature: float
    figures: dict[str, Figure]
    judged: Judged
    folds: tuple[FoldReadings, ...]
    shipping: Shipping


def assess(
    recipe: Recipe,
    samples: Samples,
    cuts: Cuts,
    studio: Part,
    folder: Path,
    read: Reader,
    bars: Bars,
) -> Assessment:
    """Judge the runs under `folder`; `studio` is the test part of Fashion-MNIST.

    `read` reads with the network that ships.

    Raises:
        DatasetUnavailable: the pictures of other things are not there.
    """
    spec = served_spec(recipe)
    articles = list(frame_gallery(studio, spec.height, spec.width))
    folds = tuple(
        read_fold(recipe, samples, cuts, articles, fold, folder, bars)
        for fold in samples.judged_folds()
    )
    shipping = read_unseen(read, spec, samples, cuts, studio, bars)
    rule = fit_shipping_rejection(shipping)
    judged, rejected = judge_shipping_rejection(shipping, rule)
    products = shipping.products
    colours = samples.colours[products.held]
    return Assessment(
        Thresholds(
            _temperature(folds, shipping),
            _score(folds, shipping),
            rule,
        ),
        fit_set_temperature(*_known(products.of_held.colours, colours)) if colours.any() else 1.0,
        in_order(
            {
                **(judge_folds(folds, samples, studio.labels[:GALLERY]) if folds else {}),
                **judge_shipping(shipping),
                **rejected,
            }
        ),
        judged,
        folds,
        shipping,
    )


def assess_bundle(
    bundle: Bundle, samples: Samples, cuts: Cuts, studio: Part, bars: Bars
) -> tuple[dict[str, Figure], Judged]:
    """Judge a written bundle again on what needs its own network; the folds are as recorded.

    Raises:
        DatasetUnavailable: the pictures of other things are not there.
    """
    read = reader_of(bundle)
    shipping = read_unseen(read, bundle.input, samples, cuts, studio, bars)
    judged, rejected = judge_shipping_rejection(shipping, bundle.rejection)
    recorded = {
        key: Figure(f"{each.title} (as recorded)", *_rest(each))
        for key, each in read_figures(bundle.facts["metrics"]["figures"]).items()
    }
    return in_order({**recorded, **judge_shipping(shipping), **rejected}), judged


def in_order(figures: dict[str, Figure]) -> dict[str, Figure]:
    """Sort figures as people ask for them."""
    return {key: figures[key] for key in ORDER if key in figures}


def _rest(figure: Figure) -> tuple[float, int, float | None, float | None, str]:
    return figure.value, figure.count, figure.low, figure.high, figure.unit


def _known(
    logits: Vectors, allowed: npt.NDArray[np.bool_]
) -> tuple[Vectors, npt.NDArray[np.bool_]]:
    known = allowed.any(axis=1)
    return logits[known], allowed[known]


def _temperature(folds: tuple[FoldReadings, ...], shipping: Shipping) -> float:
    """Fit one temperature on what no network had seen: photos by folds, and product photos."""
    samples, products = shipping.samples, shipping.products
    logits, kinds = _known(products.of_held.logits, samples.kinds[products.held])
    return fit_set_temperature(
        np.concatenate([*(fold.of_held.logits for fold in folds), logits]),
        np.concatenate([*(samples.kinds[fold.held] for fold in folds), kinds]),
    )


def _score(folds: tuple[FoldReadings, ...], shipping: Shipping) -> Similarity:
    """Fit what a score says; without a shop's names of colours it says the kind alone."""
    samples, products = shipping.samples, shipping.products
    kinds, colours = samples.kinds[products.held], samples.colours[products.held]
    if (kinds.any(axis=1) & colours.any(axis=1)).any():
        return fit_score(products.of_held.embeddings, kinds, colours)
    return fit_kind_score(
        [(fold.of_held.embeddings, samples.kinds[fold.held]) for fold in folds]
        or [(products.of_held.embeddings, kinds)]
    )
