"""What teachers say of drawn views: asked once, kept on disk, learned from by every student.

Hinton, Vinyals, Dean: Distilling the knowledge in a neural network,
https://arxiv.org/abs/1503.02531
"""

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import keras
import numpy as np
import numpy.typing as npt

from embeddings.types import Pixels, Vectors
from training.fit.checkpoint import values
from training.networks.predict import answer, softmax
from training.progress import Progress
from training.views.drawn_views import DrawnViews

# (epochs, n, labels) probabilities, on disk: of twenty epochs of 59,000 pictures 24 MB.
Told = npt.NDArray[np.float16]

BLOCK = 2048  # views that are asked of, and then kept, at a time
_ANSWERS, _FACTS = "answers.npy", "answers.json"


def ask_teachers(
    teachers: Sequence[keras.Model],
    views: DrawnViews,
    temperature: float,
    folder: Path,
    progress: Progress,
    block: int = BLOCK,
) -> Told:
    """Average the teachers' softened probabilities of each view and its mirror image.

    Gives `(epochs, n, labels)`, float16. The answers are kept in `folder`, a `block` of views at a
    time: an interrupted run goes on where it was, and those of other teachers, pictures or plans
    are asked for anew.
    """
    folder.mkdir(parents=True, exist_ok=True)
    asked = _facts(teachers, views, temperature)
    done = _done(folder, asked)
    shape = (views.plan.epochs, len(views), teachers[0].output["logits"].shape[-1])
    if done is None:
        done = 0
        # First: answers that are being overwritten must not be taken for those they were.
        (folder / _FACTS).unlink(missing_ok=True)
        np.lib.format.open_memmap(folder / _ANSWERS, "w+", np.float16, shape).flush()
        _say(folder, asked, 0)
    told = np.lib.format.open_memmap(folder / _ANSWERS, "r+")
    for epoch in range(views.plan.epochs):
        for start in range(0, len(views), block):
            stop = min(start + block, len(views))
            so_far = epoch * len(views) + stop
            if so_far <= done:
                continue
            told[epoch, start:stop] = _ask(
                teachers, views.take(epoch, np.arange(start, stop)), temperature
            )
            told.flush()
            _say(folder, asked, so_far)
            progress(so_far, views.plan.epochs * len(views), "asking the teachers")
    kept: Told = np.load(folder / _ANSWERS, mmap_mode="r")
    return kept


def _ask(teachers: Sequence[keras.Model], pictures: Pixels, temperature: float) -> Vectors:
    """Ask of the views and their mirror images: both show the same garments."""
    told = [
        softmax(answer(model, view).logits / np.float32(temperature))
        for model in teachers
        for view in (pictures, np.ascontiguousarray(pictures[:, :, ::-1]))
    ]
    mean: Vectors = np.mean(told, axis=0, dtype=np.float32)
    return mean


def _facts(
    teachers: Sequence[keras.Model], views: DrawnViews, temperature: float
) -> dict[str, Any]:
    """Name all that decides the answers."""
    digest = hashlib.sha256()
    for model in teachers:
        for array in values(model.weights):
            digest.update(array.tobytes())
    return {
        "teachers": digest.hexdigest(),
        "pictures": hashlib.sha256(views.images.tobytes()).hexdigest(),
        "temperature": temperature,
        "numpy": np.__version__,  # another one may draw other views from the same seed
        **asdict(views.plan),
    }


def _done(folder: Path, asked: dict[str, Any]) -> int | None:
    """Return of how many views there are answers, or None where there are none of these."""
    try:
        known = json.loads((folder / _FACTS).read_text(encoding="utf-8"))
        return int(known["done"]) if known["asked"] == asked else None
    except (OSError, ValueError, KeyError):  # none yet, or torn: then they are asked for anew
        return None


def _say(folder: Path, asked: dict[str, Any], done: int) -> None:
    beside = folder / f"{_FACTS}.part"
    beside.write_text(json.dumps({"asked": asked, "done": done}, indent=1), encoding="utf-8")
    os.replace(beside, folder / _FACTS)
