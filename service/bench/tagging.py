"""Tagging a folder of pictures, beside a bare loop of Pillow and ONNX Runtime over it."""

import time
from pathlib import Path

import numpy as np

from embeddings.limits import PhotoLimits
from service.bench.bare import Bare
from service.bench.timing import Row, compare
from service.models.registry import Model
from service.tagging.tag import tag_pictures

_BATCH = 64
_ROUNDS = 3


def time_tagging(folder: Path, pictures: list[bytes], bare: Bare, model: Model) -> Row:
    """Time both over the same files, in turn; milliseconds a file."""
    paths = []
    for number, picture in enumerate(pictures):
        path = folder / f"{number:05d}.png"
        path.write_bytes(picture)
        paths.append(path)

    def service(_round: int) -> float:
        start = time.perf_counter()
        tag_pictures([folder], folder.parent / "tags.csv", model=model, limits=PhotoLimits())
        return (time.perf_counter() - start) * 1000 / len(paths)

    def loop(_round: int) -> float:
        start = time.perf_counter()
        for first in range(0, len(paths), _BATCH):
            part = paths[first : first + _BATCH]
            bare.encode(np.stack([bare.decode(path.read_bytes()) for path in part]))
        return (time.perf_counter() - start) * 1000 / len(paths)

    return Row("tag", len(paths), *compare(service, loop, _ROUNDS, warm_up=1))
