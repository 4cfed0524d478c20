"""What a finished training on a shop's photos leaves behind, to be made a bundle of."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from embeddings.model.bundle import Bundle, InputSpec, Similarity
from embeddings.model.options import Options, read_options
from embeddings.model.rejection import read_rejection
from training.bundle.bundling import Thresholds
from training.bundle.photo_bundle import write_photo_bundle
from training.bundle.photo_origin import DataFacts, PhotoOrigin
from training.errors import BadRun
from training.fit.history import read_history
from training.judge.figure import Figure, read_figures, told_figures
from training.judge.judged import Judged
from training.networks.stored import load_network
from training.onnx.garment_layers import register
from training.recipes.shop.judging import ShopJudgement

RESULT_FILE = "result.json"
PROBE_FILE = "probe.npy"
CONFUSION_OF = "Of the photos that were held out, which also served to choose when to stop."


@dataclass(frozen=True, slots=True, eq=False)
class ShopResult:
    """Everything of a bundle but its network, which lies beside it in the run's folder."""

    labels: tuple[str, ...]
    spec: InputSpec
    origin: PhotoOrigin
    judgement: ShopJudgement
    options: Options

    @property
    def figures(self) -> dict[str, Figure]:
        """What the held-out photos gave."""
        return self.judgement.figures


def write_result(result: ShopResult, folder: Path) -> None:
    """Write the result; it comes last, so its presence says that the training is over."""
    judged = result.judgement.judged
    told = {
        "labels": result.labels,
        "spec": asdict(result.spec),
        "origin": asdict(result.origin),
        "thresholds": asdict(result.judgement.thresholds),
        "figures": told_figures(result.figures),
        "confusion": result.judgement.confusion.tolist(),
        "garments": judged.garments.tolist(),
        "others": {kind: scores.tolist() for kind, scores in judged.others.items()},
        "fitted_on": judged.fitted_on,
        "options": result.options,
    }
    beside = folder / f"{RESULT_FILE}.part"
    beside.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    beside.replace(folder / RESULT_FILE)


def read_result(folder: Path) -> ShopResult:
    """Read what `write_result` wrote. Raises: BadRun."""
    try:
        told = json.loads((folder / RESULT_FILE).read_text(encoding="utf-8"))
        return ShopResult(
            tuple(told["labels"]),
            InputSpec(**told["spec"]),
            _origin(told["origin"]),
            ShopJudgement(
                _thresholds(told["thresholds"]),
                read_figures(told["figures"]),
                np.array(told["confusion"], dtype=np.int64),
                Judged(
                    np.array(told["garments"]),
                    {kind: np.array(scores) for kind, scores in told["others"].items()},
                    tuple(told["fitted_on"]),
                ),
            ),
            read_options(told.get("options", {})),  # runs of up to version 0.1 have none
        )
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise BadRun(
            f"{folder} holds no finished training: go on with --resume ({error})"
        ) from error


def export_shop_run(folder: Path, output: Path, name: str) -> Bundle:
    """Make a bundle of a finished training.

    Raises:
        BadRun: it is not finished, or a file is missing.
        ExportDiffers: the exported network does not answer as the trained one.
    """
    result = read_result(folder)
    register()
    try:
        probe = np.load(folder / PROBE_FILE, allow_pickle=False)
    except (OSError, ValueError) as error:
        raise BadRun(f"{folder / PROBE_FILE} cannot be read: {error}") from error
    return write_photo_bundle(
        output,
        name,
        load_network(folder),
        labels=result.labels,
        spec=result.spec,
        origin=result.origin,
        thresholds=result.judgement.thresholds,
        figures=result.figures,
        confusion=result.judgement.confusion,
        confusion_of=CONFUSION_OF,
        judged=result.judgement.judged,
        history=read_history(folder),
        probe=probe,
        options=result.options,
    )


def _origin(told: dict[str, Any]) -> PhotoOrigin:
    data = {**told["data"], "fails": tuple(told["data"]["fails"])}
    return PhotoOrigin(**{**told, "data": DataFacts(**data), "notes": tuple(told["notes"])})


def _thresholds(told: dict[str, Any]) -> Thresholds:
    return Thresholds(
        float(told["temperature"]),
        Similarity(**told["similarity"]),
        read_rejection(told["rejection"]),
    )
