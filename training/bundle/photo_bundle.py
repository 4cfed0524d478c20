"""Writes a photo network as a bundle, with what is to be told of it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import keras

from embeddings.model.bundle import Bundle, InputSpec
from embeddings.model.options import Options
from embeddings.types import Ids, Pixels
from training.bundle.bundling import Thresholds, write_bundle
from training.bundle.photo_card import say_card
from training.bundle.photo_origin import PhotoOrigin, told_data
from training.fit.history import Epoch
from training.judge.figure import Figure, told_figures
from training.judge.judged import Judged
from training.judge.metrics import label_figures
from training.reports.plots import draw_roc


def write_photo_bundle(
    folder: Path,
    name: str,
    model: keras.Model,
    *,
    labels: Sequence[str],
    spec: InputSpec,
    origin: PhotoOrigin,
    thresholds: Thresholds,
    figures: Mapping[str, Figure],
    confusion: Ids,
    confusion_of: str,
    judged: Judged,
    history: Sequence[Epoch],
    probe: Pixels,
    options: Options | None = None,
) -> Bundle:
    """Write and check a bundle, swapping it in only when it is whole.

    `figures` stand in the card in their order and in `bundle.json` under their keys. `confusion`
    is `(labels, labels)`, the right ones by row, and `confusion_of` a sentence on which photos
    these are. `judged` gives the ROC, `probe` framed photos `(n, h, w, 3)` on which the exported
    network must answer as `model`, which may be of any input size; `options` are what not every
    bundle has.

    Raises:
        ExportDiffers: the exported network does not answer as `model`, by more than 1e-4.
    """
    rejected = judged.by(thresholds.rejection)
    facts: dict[str, Any] = {
        "dataset": told_data(origin.data),
        "start": dict(origin.start),
        "mappings": {
            other: {label: list(names) for label, names in mapped.items()}
            for other, mapped in origin.data.mappings.items()
        },
        "network": model.name,
        "split": {"fitted_on": origin.fitted_on, "held_out": origin.held_out},
        "seed": origin.seed,
        "command": origin.command,
        "config": dict(origin.config),
        "notes": list(origin.notes),
        "fails": list(origin.data.fails),
        "metrics": {
            "figures": told_figures(figures),
            "confusion_of": confusion_of,
            "confusion": confusion.tolist(),
            "labels": [asdict(each) for each in label_figures(confusion, tuple(labels))],
            "rejection": asdict(rejected),
        },
    }
    return write_bundle(
        folder,
        name,
        model,
        labels=labels,
        spec=spec,
        thresholds=thresholds,
        facts=facts,
        history=history,
        confusion=confusion,
        probe=probe,
        card=say_card,
        drawings={"roc.png": partial(draw_roc, rejected)},
        options=options,
    )
