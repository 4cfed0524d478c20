"""Writes a fitted network as a bundle: what is common to all of them."""

import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import keras
import numpy as np
import onnx

from embeddings.model.bundle import Bundle, InputSpec, Similarity, load_bundle, write_bundle_json
from embeddings.model.bundle_files import NETWORK_FILE
from embeddings.model.options import Options, read_options
from embeddings.model.rejection import Rejection
from embeddings.reading.encoder import open_session
from embeddings.types import Ids, Pixels
from training.errors import ExportDiffers
from training.fit.history import Epoch, write_history
from training.networks.stored import as_served, save_network
from training.onnx.export import to_onnx
from training.reports.plots import draw_confusion, draw_curves

LIBRARIES = ("keras", "numpy", "onnx", "onnxruntime", "scikit-learn")
TOLERANCE = 1e-4
NO_OPTIONS = read_options({})


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What was fitted on held-out pictures for the network's numbers to mean something."""

    temperature: float
    similarity: Similarity
    rejection: Rejection


def write_bundle(
    folder: Path,
    name: str,
    model: keras.Model,
    *,
    labels: Sequence[str],
    spec: InputSpec,
    thresholds: Thresholds,
    facts: dict[str, Any],
    history: Sequence[Epoch],
    confusion: Ids,
    probe: Pixels,
    card: Callable[[Bundle], str],
    drawings: Mapping[str, Callable[[Path], None]] | None = None,
    judged_as: Sequence[str] | None = None,
    options: Options | None = None,
) -> Bundle:
    """Write and check a bundle, swapping it in only when it is whole.

    `model` may be of any input size and precision: it is kept in float32, at that of `spec`.
    `confusion` is `(labels, labels)`, the right ones by row, or of the names `judged_as` where
    labels are judged at another depth. `probe` holds framed pictures `(n, h, w, c)` on which the
    exported network must answer as the kept one. `card` says the model card out of the bundle's
    facts; `drawings` are further files, each drawn where it is told; `options` are what not every
    bundle has.

    Raises:
        ExportDiffers: the exported network does not answer so, to within 1e-4.
        UnsupportedLayer: a layer cannot be said in ONNX.
    """
    served = as_served(model, spec.height, spec.width)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".bundle-") as beside:
        made = Path(beside) / "made"
        made.mkdir()
        onnx.save(to_onnx(served), made / NETWORK_FILE)
        save_network(served, made)
        write_history(history, made)
        draw_curves(history, made / "curves.png")
        draw_confusion(confusion, judged_as or labels, made / "confusion.png")
        for file, draw in (drawings or {}).items():
            draw(made / file)
        bundle = Bundle(
            path=made,
            name=name,
            labels=tuple(labels),
            input=spec,
            embedding_dim=int(served.output["embedding"].shape[-1]),
            temperature=thresholds.temperature,
            similarity=thresholds.similarity,
            rejection=thresholds.rejection,
            facts={**facts, **_facts_of(served)},
            **(options or NO_OPTIONS),
        )
        (made / "MODEL_CARD.md").write_text(card(bundle), encoding="utf-8")
        write_bundle_json(bundle)
        check_same_answers(load_bundle(made), served, probe)
        _swap_in(made, folder)
    return load_bundle(folder)


def check_same_answers(bundle: Bundle, model: keras.Model, images: Pixels) -> float:
    """Return the largest difference of the exported network and Keras's on `(n, h, w, c)`.

    Raises:
        ExportDiffers: it is above 1e-4.
    """
    right = model.predict(images, batch_size=16, verbose=0)
    names = list(right)
    told = open_session(bundle).run(names, {"images": images})
    largest = max(
        float(np.abs(given - right[name]).max()) for name, given in zip(names, told, strict=True)
    )
    if not largest <= TOLERANCE:  # a difference that is no number is none to accept
        raise ExportDiffers(
            f"the exported network may differ by {TOLERANCE} from the trained one, "
            f"and differs by {largest}"
        )
    return largest


def _facts_of(model: keras.Model) -> dict[str, Any]:
    backend = keras.backend.backend()
    return {
        "parameters": sum(int(np.prod(v.shape)) for v in model.trainable_variables),
        "versions": {name: version(name) for name in (*LIBRARIES, backend)},
        "backend": backend,
    }


def _swap_in(made: Path, folder: Path) -> None:
    """Put a whole bundle in the place of an older one."""
    if not folder.exists():
        os.replace(made, folder)
        return
    former = made.with_name("former")
    os.replace(folder, former)
    os.replace(made, folder)
