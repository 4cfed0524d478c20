"""The head fitted anew without some categories, as if nobody had told the network of them.

The late blocks below it were told of them; only what is made of their features was not.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import numpy.typing as npt

from embeddings.datasets.fashion_mnist import load_part
from embeddings.types import Pixels, Vectors
from training.console import downloads
from training.progress import Bars
from training.recipes.garments.fit.head_data import (
    features_as_served,
    head_data,
    kept_head_data,
)
from training.recipes.garments.fit.head_fit import HeadData, fit_head
from training.recipes.garments.fit.material import Material, blank_network, network_of_any_size
from training.recipes.garments.fit.recipe import Recipe
from training.recipes.garments.fit.runs import DEEP, FEATURES_FILE, FINAL, TRUNK_FILE
from training.recipes.garments.making import RUNS, VIEWS, open_samples
from training.recipes.garments.network.leaves import LEAVES


def features_learned(recipe: Recipe, work: Path, bars: Bars) -> HeadData:
    """Return what the head of the final run learned from; it is worked out once, and kept."""

    def work_out() -> HeadData:
        samples, cuts = open_samples(work, bars)
        studio = load_part("train", downloads(bars))
        network = network_of_any_size(recipe)
        network.load_weights(_trunk(work))
        material = Material(recipe, samples, cuts, studio, work / VIEWS, bars)
        return head_data(network, material, None, bars(f"{FINAL}, features"))

    return kept_head_data(work / RUNS / FINAL / FEATURES_FILE, _trunk(work), work_out)


def fit_without(data: HeadData, left_out: Sequence[str], recipe: Recipe, bars: Bars) -> keras.Model:
    """Fit the head on what allows any leaf but those left out, and let no label allow these.

    Pictures of no known kind stay: they teach the look.
    """
    kinds = data.kinds & ~np.isin(np.array(LEAVES), list(left_out))
    alone = np.any(data.kinds, axis=1) > np.any(kinds, axis=1)
    rows = np.array([row for row in data.rows if not alone[row]])
    return fit_head(replace(data, rows=rows, kinds=kinds), recipe.head, bars("head"))


def features_of_pictures(recipe: Recipe, work: Path, pictures: Pixels) -> npt.NDArray[np.float16]:
    """Return the pooled features `(n, features)` of framed pictures, by the final blocks."""
    network = blank_network(recipe, served=True)
    network.load_weights(_trunk(work))
    return features_as_served(network, pictures)


def read_features(head: keras.Model, features: npt.NDArray[np.float16]) -> tuple[Vectors, Vectors]:
    """Return the logits `(n, leaves)` and embeddings `(n, dim)` that a head makes of features."""
    told = head.predict(features.astype(np.float32), batch_size=512, verbose=0)
    return told["logits"], told["embedding"]


def _trunk(work: Path) -> Path:
    return work / RUNS / FINAL / DEEP / TRUNK_FILE
