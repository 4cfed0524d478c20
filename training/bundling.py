"""Writes a fitted network as a bundle: everything that serving it needs, and how it was made."""

import os
import shutil
import tempfile
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import keras
import numpy as np
import onnx

from embeddings.bundle import (
    NETWORK_FILE,
    Bundle,
    InputSpec,
    digest_of,
    load_bundle,
    write_bundle_json,
)
from embeddings.encoder import open_session
from embeddings.types import Pixels
from training.assess import Assessment
from training.card import write_card
from training.config import FitConfig
from training.errors import ExportDiffers
from training.fitting import ARCHITECTURE_FILE, WEIGHTS_FILE
from training.history import HISTORY_FILE, read_history
from training.onnx_export import to_onnx
from training.plots import draw_confusion, draw_curves
from training.predict import answer

LIBRARIES = ("keras", "tensorflow", "numpy", "onnx", "onnxruntime", "scikit-learn")
TOLERANCE = 1e-4
FASHION_INPUT = InputSpec(height=28, width=28, channels=1, framing="studio-grey")
FASHION_MNIST = {
    "name": "Fashion-MNIST",
    "licence": "MIT",
    "copyright": "2017 Zalando SE",
    "source": "https://github.com/zalandoresearch/fashion-mnist",
    "paper": "https://arxiv.org/abs/1708.07747",
}


@dataclass(frozen=True, slots=True)
class SeedResult:
    """The single-view test accuracy of one seed's network."""

    seed: int
    accuracy: float
    count: int


@dataclass(frozen=True, slots=True)
class Origin:
    """How a network came to be."""

    command: str
    config: FitConfig
    fitted_on: int  # pictures
    held_out: int
    seeds: tuple[SeedResult, ...] = ()  # of the same recipe, the shipped one first


def write_bundle(
    folder: Path,
    name: str,
    model: keras.Model,
    run: Path,
    assessment: Assessment,
    labels: tuple[str, ...],
    spec: InputSpec,
    origin: Origin,
    probe: Pixels,
) -> Bundle:
    """Write and check a bundle, swapping it in only when it is whole.

    `probe` holds pictures `(n, h, w, c)` on which the exported network must answer as `model`.

    Raises:
        ExportDiffers: it does not, by more than 1e-4.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".bundle-") as beside:
        made = Path(beside) / name
        made.mkdir()
        onnx.save(to_onnx(model), made / NETWORK_FILE)
        for kept in (ARCHITECTURE_FILE, WEIGHTS_FILE, HISTORY_FILE):
            shutil.copyfile(run / kept, made / kept)
        draw_curves(read_history(run), made / "curves.png")
        draw_confusion(np.array(assessment.figures.confusion), labels, made / "confusion.png")
        bundle = Bundle(
            path=made,
            name=name,
            labels=labels,
            input=spec,
            embedding_dim=int(model.output["embedding"].shape[-1]),
            temperature=assessment.figures.temperature,
            similarity=assessment.similarity,
            rejection=assessment.rejection,
            fingerprint=digest_of(made / NETWORK_FILE),
            facts=facts(model, assessment, origin),
        )
        write_card(bundle, made / "MODEL_CARD.md")
        write_bundle_json(bundle)
        check_same_answers(load_bundle(made), model, probe)
        _swap_in(made, folder)
    return load_bundle(folder)


def facts(model: keras.Model, assessment: Assessment, origin: Origin) -> dict[str, Any]:
    """Gather what people ask of a model; numbers come with their sample sizes."""
    accuracies = [seed.accuracy for seed in origin.seeds]
    return {
        "dataset": FASHION_MNIST,
        "network": origin.config.network,
        "parameters": sum(int(np.prod(v.shape)) for v in model.trainable_variables),
        "split": {
            "fitted_on": origin.fitted_on,
            "held_out": origin.held_out,
            "test": assessment.figures.test_accuracy.count,
        },
        "seed": origin.config.seed,
        "seeds": [asdict(seed) for seed in origin.seeds],
        "mean_test_accuracy": float(np.mean(accuracies)) if accuracies else None,
        "command": origin.command,
        "config": asdict(origin.config),
        "metrics": asdict(assessment.figures),
        "versions": {name: version(name) for name in LIBRARIES},
        "backend": keras.backend.backend(),
    }


def check_same_answers(bundle: Bundle, model: keras.Model, images: Pixels) -> float:
    """Compare the exported network with the Keras one; gives the largest difference.

    Raises:
        ExportDiffers: it is above 1e-4.
    """
    right = answer(model, images)
    logits, embeddings = open_session(bundle).run(["logits", "embedding"], {"images": images})
    largest = max(
        float(np.abs(logits - right.logits).max()),
        float(np.abs(embeddings - right.embeddings).max()),
    )
    if largest > TOLERANCE:
        raise ExportDiffers(
            f"the exported network may differ by {TOLERANCE} from the trained one, "
            f"and differs by {largest}"
        )
    return largest


def _swap_in(made: Path, folder: Path) -> None:
    """Put a whole bundle in the place of an older one."""
    if not folder.exists():
        os.replace(made, folder)
        return
    former = made.with_name("former")
    os.replace(folder, former)
    os.replace(made, folder)
