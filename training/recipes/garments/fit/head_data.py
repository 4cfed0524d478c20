"""What the head learns from: pooled features of garments, moved and as they are served."""

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields
from itertools import islice
from pathlib import Path

import keras
import numpy as np
import numpy.typing as npt

from embeddings.types import Ids, Pixels
from training.data.framed import photo_spec
from training.data.photo_data import framed
from training.networks.garment_layers import tone_centres
from training.progress import Progress
from training.recipes.garments.fit.head_fit import HeadData
from training.recipes.garments.fit.material import Material
from training.recipes.garments.network.colours import COLOURS
from training.recipes.garments.network.network import late_of
from training.recipes.garments.pictures.kept_views import KeptViews

_PART = 24  # pictures, of all their views


def head_data(model: keras.Model, material: Material, fold: int | None, told: Progress) -> HeadData:
    """Work out the pooled features, by the blocks of a run, of all that it learns from.

    The network takes pictures of any size: views are smaller than what is served.
    """
    recipe, samples = material.recipe, material.samples
    rows, late = samples.learned(fold), late_of(model, recipe.deep.behind)
    views = material.views(recipe.deep)
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


def kept_head_data(file: Path, trunk: Path, work_out: Callable[[], HeadData]) -> HeadData:
    """Return what was worked out with the weights in `trunk`; where it is not kept, do so once."""
    digest = hashlib.sha256(trunk.read_bytes()).hexdigest()
    if file.exists():
        with np.load(file) as kept:
            if str(kept["trunk"]) == digest:
                return HeadData(**{field.name: kept[field.name] for field in fields(HeadData)})
    data = work_out()
    beside = file.with_suffix(".part")
    with beside.open("wb") as opened:
        told = {field.name: getattr(data, field.name) for field in fields(HeadData)}
        np.savez(opened, trunk=np.array(digest), **told)
    os.replace(beside, file)
    return data


def features_of(
    late: keras.Model, kept: KeptViews, rows: Ids, views: int, progress: Progress
) -> npt.NDArray[np.float16]:
    """Work out the pooled features of pictures' first views: `(n, views, features)`."""
    told = keras.Model(late.input, late.output["features"])
    found = []
    for first in range(0, len(rows), _PART):
        part = rows[first : first + _PART]
        answers = told.predict_on_batch(kept.maps(part, slice(views)))
        found.append(np.asarray(answers).reshape(len(part), views, -1).astype(np.float16))
        progress(first + len(part), len(rows), "reading")
    return np.concatenate(found)


def features_as_served(network: keras.Model, pictures: Iterable[Pixels]) -> npt.NDArray[np.float16]:
    """Work out the pooled features of framed pictures `(height, width, 3)`: `(n, features)`."""
    told = keras.Model(network.input, network.output["features"])
    found = [
        np.asarray(told.predict_on_batch(np.stack(part))).astype(np.float16)
        for part in _batched(pictures, _PART)
    ]
    return np.concatenate(found)


def _batched(pictures: Iterable[Pixels], size: int) -> Iterator[list[Pixels]]:
    """Yield pictures in lists of `size`, the last one shorter."""
    each = iter(pictures)
    while part := list(islice(each, size)):
        yield part
