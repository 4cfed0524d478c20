"""The head fitted anew without some categories, as if nobody had told the network of them.

The late blocks below it were told of them; only what is made of their features was not.
"""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import fields, replace
from pathlib import Path

import keras
import numpy as np
import numpy.typing as npt

from embeddings.datasets.fashion_mnist import load_part
from embeddings.types import Pixels, Vectors
from training.console import Tell, downloads, named
from training.networks.efficientnet_lite import LITES
from training.recipes.garments.fit.head_fit import HeadData, fit_head
from training.recipes.garments.fit.recipe import Recipe
from training.recipes.garments.fit.runs import FINAL, TRUNK_FILE, head_data, prepare
from training.recipes.garments.making import RUNS, open_samples
from training.recipes.garments.network.leaves import LEAVES
from training.recipes.garments.network.network import build_garment_network

FEATURES_FILE = "features.npz"
_BATCH = 32


def features_learned(recipe: Recipe, work: Path, tell: Tell) -> HeadData:
    """Give what the head of the final run learned from; it is worked out once, and kept."""
    trunk = work / RUNS / FINAL / TRUNK_FILE
    digest = hashlib.sha256(trunk.read_bytes()).hexdigest()
    file = work / FEATURES_FILE
    if file.exists():
        with np.load(file) as kept:
            if str(kept["trunk"]) == digest:
                return HeadData(**{field.name: kept[field.name] for field in fields(HeadData)})
    samples, cuts = open_samples(work, tell)
    material = prepare(recipe, samples, cuts, load_part("train", downloads(tell)), work, tell)
    model = _network(recipe, trunk, recipe.views.height, recipe.views.width)
    data = head_data(model, material, None, named(tell, "features"))
    beside = file.with_suffix(".part")
    with beside.open("wb") as opened:
        told = {field.name: getattr(data, field.name) for field in fields(HeadData)}
        np.savez(opened, trunk=np.array(digest), **told)
    os.replace(beside, file)
    return data


def fit_without(data: HeadData, left_out: Sequence[str], recipe: Recipe, tell: Tell) -> keras.Model:
    """Fit the head on what allows any leaf but those left out, and let no label allow these.

    Pictures of no known kind stay: they teach the look.
    """
    kinds = data.kinds & ~np.isin(np.array(LEAVES), list(left_out))
    alone = np.any(data.kinds, axis=1) > np.any(kinds, axis=1)
    rows = np.array([row for row in data.rows if not alone[row]])
    return fit_head(replace(data, rows=rows, kinds=kinds), recipe.head, named(tell, "head"))


def features_of_pictures(recipe: Recipe, work: Path, pictures: Pixels) -> npt.NDArray[np.float16]:
    """Work out the pooled features of framed pictures with the late blocks of the final run."""
    trunk = work / RUNS / FINAL / TRUNK_FILE
    model = _network(recipe, trunk, *recipe.served)
    told = keras.Model(model.input, model.output["features"])
    found = [
        np.asarray(told.predict_on_batch(pictures[first : first + _BATCH]))
        for first in range(0, len(pictures), _BATCH)
    ]
    return np.concatenate(found).astype(np.float16)


def read_features(head: keras.Model, features: npt.NDArray[np.float16]) -> tuple[Vectors, Vectors]:
    """Give the logits `(n, leaves)` and embeddings `(n, dim)` that a head makes of features."""
    told = head.predict(features.astype(np.float32), batch_size=512, verbose=0)
    return told["logits"], told["embedding"]


def _network(recipe: Recipe, weights: Path, height: int, width: int) -> keras.Model:
    model = build_garment_network(
        LITES[recipe.lite], height=height, width=width, kind_weight=recipe.head.kind_weight
    )
    model.load_weights(weights)
    return model
