"""From a run's folder to a bundle: assess it, compare its seeds, write it."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from embeddings.datasets.fashion_mnist import LABELS, Part
from embeddings.model.bundle import Bundle
from training.data.split import split
from training.networks.predict import accuracy, answer
from training.networks.stored import load_network
from training.progress import Bars
from training.recipes.fashion.assess import OTHERS_PER_KIND, assess
from training.recipes.fashion.bundle import FASHION_INPUT, Origin, SeedResult, write_fashion_bundle
from training.recipes.fashion.runs import Run, open_run

PROBE = 1000  # pictures on which the exported network must answer as the trained one


def export_run(
    run: Run,
    output: Path,
    name: str,
    train: Part,
    test: Part,
    other_seeds: Sequence[Path],
    command: str,
    bars: Bars,
    others_per_kind: int = OTHERS_PER_KIND,
) -> Bundle:
    """Write a run as a bundle; `other_seeds` are runs of its recipe, to be told of in it.

    Raises:
        BadRun: a folder holds no run.
        ExportDiffers: the exported network does not answer as the trained one.
    """
    data = split(train.images, train.labels, LABELS, run.config.held_out_per_label)
    model = load_network(run.folder)
    told = assess(
        model,
        data,
        test,
        FASHION_INPUT,
        bars("evaluating"),
        others_per_kind,
    )
    pictures = test.images[..., np.newaxis]
    seeds = [SeedResult(run.config.seed, accuracy(told.test.logits, test.labels), len(pictures))]
    for folder in other_seeds:
        logits = answer(load_network(folder), pictures).logits
        seed = open_run(folder).config.seed
        seeds.append(SeedResult(seed, accuracy(logits, test.labels), len(pictures)))
    origin = Origin(command, run.config, len(data.labels), len(data.held_out_labels), tuple(seeds))
    return write_fashion_bundle(
        output, name, model, run.folder, told, LABELS, origin, pictures[:PROBE]
    )
