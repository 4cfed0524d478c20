"""Writes a network fitted on Fashion-MNIST as a bundle, with what is to be told of it."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np

from embeddings.model.bundle import Bundle, InputSpec
from embeddings.types import Pixels
from training.bundle.bundling import Thresholds, write_bundle
from training.config import FitConfig
from training.fit.history import read_history
from training.recipes.fashion.assess import Assessment
from training.recipes.fashion.card import say_card

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


def write_fashion_bundle(
    folder: Path,
    name: str,
    model: keras.Model,
    run: Path,
    assessment: Assessment,
    labels: tuple[str, ...],
    origin: Origin,
    probe: Pixels,
) -> Bundle:
    """Write and check the bundle of a run; see `training.bundle.bundling`.

    Raises:
        BadRun: the run has no history.
        ExportDiffers: the exported network does not answer as `model`, by more than 1e-4.
    """
    told = assessment.figures
    return write_bundle(
        folder,
        name,
        model,
        labels=labels,
        spec=FASHION_INPUT,
        thresholds=Thresholds(told.temperature, assessment.similarity, assessment.rejection),
        facts=facts(assessment, origin),
        history=read_history(run),
        confusion=np.array(told.confusion),
        probe=probe,
        card=say_card,
    )


def facts(assessment: Assessment, origin: Origin) -> dict[str, Any]:
    """Gather what people ask of a model; numbers come with their sample sizes."""
    accuracies = [seed.accuracy for seed in origin.seeds]
    return {
        "dataset": FASHION_MNIST,
        "network": origin.config.network,
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
    }
