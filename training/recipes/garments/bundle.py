"""Writes the garment network as a bundle, with what is to be told of it."""

from collections.abc import Mapping
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import keras
import numpy as np

from embeddings.datasets import clothing_photos, product_photos
from embeddings.datasets.fashion_mnist import LABELS
from embeddings.model.bundle import Bundle
from embeddings.model.options import Options
from embeddings.types import Ids
from training.bundle.bundling import write_bundle
from training.bundle.photo_card import say_card
from training.bundle.photo_origin import imagenet_start
from training.fit.history import read_history
from training.judge.figure import told_figures
from training.judge.metrics import confusion, label_figures
from training.onnx.garment_layers import register
from training.recipes.garments.fit.recipe import Recipe
from training.recipes.garments.fit.runs import DEEP, FINAL
from training.recipes.garments.judge.assess import Assessment
from training.recipes.garments.judge.kinds import UPPER, named_upper
from training.recipes.garments.judge.readings import served_spec
from training.recipes.garments.network.colours import COLOURS
from training.recipes.garments.network.leaves import LEAVES, PARENT, of_article
from training.recipes.garments.network.network import DIM, KIND_DIM
from training.recipes.garments.pictures.samples import Samples
from training.reports.plots import draw_roc

COMMAND = "lookalike-train reproduce garments"
_PHOTOS = {
    "name": "the clothing dataset (photos of garments by the people who own them)",
    "licence": clothing_photos.LICENCE,
    "copyright": "2020 Alexey Grigorev and those who sent photos, waived",
    "source": None,
}
_PRODUCTS = {
    "name": "Fashion Product Images (a shop's product photos)",
    "licence": (
        f"{product_photos.LICENCE}, though the pictures are a retailer's, whose consent nobody has "
        "shown"
    ),
    "copyright": "2019 Param Aggarwal, and the retailer",
    "source": None,
}
DATA = {
    "name": f"{_PHOTOS['name']} and {_PRODUCTS['name']}",
    "licence": f"{_PHOTOS['licence']}, and {_PRODUCTS['licence']}",
    "copyright": f"{_PHOTOS['copyright']}; {_PRODUCTS['copyright']}",
    "source": None,
}
FAILS = (
    "Tops, T-shirts, undershirts, blouses, shirts and longsleeves shade into each other, and the "
    "people who labelled them did not always agree: the confusion matrix says how often.",
    "Rare categories (body, perfume, gift set, tunic, jewellery) were seen a few dozen times each.",
    "A dressed person is read as what a shop would sell by that picture, most often the upper "
    "garment: choose a part of the photo to ask for another.",
    "Colours are told as one shop's staff named them: navy and black, grey and white, beige and "
    "brown shade into each other, and coloured light is taken for colour.",
    "It knows shoes of seven kinds but no boots, and no furniture, beds or people without clothes.",
)
NOTES = (
    "Grey studio articles of Fashion-MNIST's training part (MIT, 2017 Zalando SE) were learned "
    "from as well, so that photos and such articles find each other.",
    "Every figure is of senders or shoots that the network in question never saw. Those over folds "
    "are means over three networks, made as the one that ships; those of the shop's validation "
    "shoots and of the published test photos are of the network that ships itself.",
    "The published test photos, the judged pictures of other things and the moved views that are "
    "asked for served for nothing but these figures; the temperature of the colours and the curve "
    "of the score were fitted on the shop's validation shoots.",
)


def write_garment_bundle(
    folder: Path,
    name: str,
    network: keras.Model,
    recipe: Recipe,
    told: Assessment,
    samples: Samples,
    work: Path,
) -> Bundle:
    """Write and check the bundle, swapping it in only when it is whole.

    Raises:
        ExportDiffers: the exported network does not answer as `network`, by more than 1e-4.
    """
    register()
    matrix = _confusion(told, samples)
    rejected = told.judged.by(told.thresholds.rejection)
    learned = len(samples.learned(None))
    facts: dict[str, Any] = {
        "dataset": data_of(samples),
        "start": imagenet_start(recipe.lite),
        "mappings": {
            "published subset": {leaf: _in_subset(leaf) for leaf in LEAVES},
            "Fashion-MNIST": {leaf: _in_fashion(leaf) for leaf in LEAVES},
        },
        "network": network.name,
        "split": {"fitted_on": learned, "held_out": len(samples) - learned},
        "seed": recipe.deep.fit.seed,
        "command": COMMAND,
        "config": asdict(recipe),
        "notes": notes_of(samples),
        "fails": list(FAILS),
        "metrics": {
            "figures": told_figures(told.figures),
            "confusion_of": (
                "Of photos of senders whom the network of their fold never saw, and of product "
                "photos of unseen shoots; where a label allows several, any of them is right."
            ),
            "confusion": matrix.tolist(),
            "labels": [asdict(each) for each in label_figures(matrix, UPPER)],
            "rejection": asdict(rejected),
        },
    }
    return write_bundle(
        folder,
        name,
        network,
        labels=LEAVES,
        spec=served_spec(recipe),
        thresholds=told.thresholds,
        facts=facts,
        history=read_history(work / FINAL / DEEP),
        confusion=matrix,
        judged_as=UPPER,
        probe=told.shipping.shown[:16],
        card=say_card,
        drawings={"roc.png": partial(draw_roc, rejected)},
        options=Options(
            colours=COLOURS if samples.colours.any() else (),  # else nothing taught it any
            colour_temperature=told.colour_temperature,
            tree=dict(PARENT),
            halves={"kind": (0, KIND_DIM), "look": (KIND_DIM, DIM)},
        ),
    )


def data_of(samples: Samples) -> Mapping[str, str | None]:
    """Name the data sets that the pictures are of."""
    if samples.is_product.all():
        return _PRODUCTS
    return DATA if samples.is_product.any() else _PHOTOS


def notes_of(samples: Samples) -> list[str]:
    """Return what is to be known of the bundle; first what it was made without."""
    told = list(NOTES)
    if samples.is_product.all():
        told.insert(0, "Made without the clothing photos: there are no figures over senders.")
    if not samples.is_product.any():
        told.insert(
            0, "Made without product photos: it knows no colours, and a score tells the kind alone."
        )
    return told


def _confusion(told: Assessment, samples: Samples) -> Ids:
    """Count pictures by right and named category of the upper depth."""
    read = [(fold.held, fold.of_held) for fold in told.folds]
    read.append((told.shipping.products.held, told.shipping.products.of_held))
    right, named = zip(
        *(named_upper(each.logits, samples.kinds[rows]) for rows, each in read), strict=True
    )
    return confusion(np.concatenate(named), np.concatenate(right), len(UPPER))


def _in_subset(leaf: str) -> tuple[str, ...]:
    upper = PARENT.get(leaf, leaf)
    mapped: Mapping[str, str] = clothing_photos.TO_SUBSET
    return (mapped[upper],) if upper in mapped else ()


def _in_fashion(leaf: str) -> tuple[str, ...]:
    place = LEAVES.index(leaf)
    return tuple(label for number, label in enumerate(LABELS) if of_article(number)[place])
