"""Views of all pictures behind the frozen blocks, worked out once for every network and epoch."""

import json
import os
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import cv2
import keras
import numpy as np
import numpy.typing as npt

from embeddings.types import Vectors
from training.progress import Progress
from training.recipes.garments.network.network import STRIDE
from training.recipes.garments.pictures.moved import Moves, View

UNKNOWN = 255  # of a place of a cover: nobody can tell
_FILES = ("trunk", "sides", "covers")
_BATCH = 32
_AHEAD = 6


@dataclass(frozen=True, slots=True)
class ViewPlan:
    """What views are drawn."""

    height: int = 224
    width: int = 160
    views: int = 4
    seed: int = 0
    moves: Moves = Moves()  # noqa: RUF009 -- it is frozen


@dataclass(frozen=True, slots=True, eq=False)
class KeptViews:
    """What the frozen blocks give of each view, on disk."""

    trunk: npt.NDArray[np.float16]  # (n, views, h, w, c), the last map of the frozen blocks
    sides: npt.NDArray[np.float16]  # (n, views, h / k, w / k, d)
    covers: npt.NDArray[np.uint8]  # (n, views, h / k, w / k), 0 to 254, or UNKNOWN

    @property
    def views(self) -> int:
        """How many there are of each picture."""
        return int(self.covers.shape[1])

    def maps(self, rows: Any, views: Any = slice(None)) -> tuple[Vectors, Vectors]:
        """Return what the late blocks take of some pictures' views: trunk and sides, `(n, ...)`."""
        return _flat(self.trunk[rows, views]), _flat(self.sides[rows, views])


def keep_views(
    early: keras.Model,
    count: int,
    draw: Callable[[int], list[View]],
    plan: ViewPlan,
    digest: str,
    folder: Path,
    progress: Progress,
) -> KeptViews:
    """Work the views of `count` pictures out, or take those that are there.

    `draw` gives the views of one picture, `digest` tells these pictures from any others, and
    `early` gives `trunk` and `sides`. An interrupted run goes on where it was.
    """
    folder.mkdir(parents=True, exist_ok=True)
    known = folder / "views.json"
    told = json.loads(json.dumps({"pictures": digest, **asdict(plan)}))  # pairs are lists then
    if not known.exists() or json.loads(known.read_text(encoding="utf-8"))["plan"] != told:
        _make_room(early, count, plan, folder)
        _say(known, told, 0)
    kept = {name: np.lib.format.open_memmap(folder / f"{name}.npy", "r+") for name in _FILES}
    done = int(json.loads(known.read_text(encoding="utf-8"))["done"])
    each = max(1, _BATCH // plan.views)
    for first, part in _ahead(draw, range(done, count, each), each, count):
        pixels = np.stack([view.pixels for views in part for view in views])
        answers = early.predict_on_batch(pixels)
        found = {name: np.clip(answers[name], -60000, 60000) for name in ("trunk", "sides")}
        found["covers"] = np.stack([_coarse(view) for views in part for view in views])
        rows = slice(first, first + len(part))
        for name, file in kept.items():
            file[rows] = found[name].reshape(file[rows].shape)
        if first // each % 16 == 15 or rows.stop >= count:
            for file in kept.values():
                file.flush()
            _say(known, told, rows.stop)
            progress(rows.stop, count, "drawing views")
    return KeptViews(*(np.load(folder / f"{name}.npy", mmap_mode="r") for name in _FILES))


def _flat(maps: npt.NDArray[np.float16]) -> Vectors:
    told: Vectors = maps.reshape(-1, *maps.shape[-3:]).astype(np.float32)
    return told


def _make_room(early: keras.Model, count: int, plan: ViewPlan, folder: Path) -> None:
    shapes = early.compute_output_shape((1, plan.height, plan.width, 3))
    for name in ("trunk", "sides"):
        shape = (count, plan.views, *shapes[name][1:])
        np.lib.format.open_memmap(folder / f"{name}.npy", "w+", np.float16, shape)
    np.lib.format.open_memmap(folder / "covers.npy", "w+", np.uint8, shape[:-1])


def _say(known: Path, told: object, done: int) -> None:
    beside = known.with_suffix(".part")
    beside.write_text(json.dumps({"plan": told, "done": done}), encoding="utf-8")
    os.replace(beside, known)


def _ahead(
    draw: Callable[[int], list[View]], starts: range, each: int, count: int
) -> Iterator[tuple[int, list[list[View]]]]:
    """Draw views on the side, some pictures at a time, each lot with its first place."""
    cv2.setNumThreads(1)  # the network has the other cores

    def lot(first: int) -> list[list[View]]:
        return [draw(place) for place in range(first, min(first + each, count))]

    with ThreadPoolExecutor(1) as pool:
        waiting: deque[tuple[int, Future[list[list[View]]]]] = deque()
        for first in starts:
            waiting.append((first, pool.submit(lot, first)))
            if len(waiting) > _AHEAD:
                start, future = waiting.popleft()
                yield start, future.result()
        for start, future in waiting:
            yield start, future.result()


def _coarse(view: View) -> npt.NDArray[np.uint8]:
    """Average a view's cover over the places of the maps."""
    height, width = (side // STRIDE for side in view.pixels.shape[:2])
    if view.cover is None:
        return np.full((height, width), UNKNOWN, dtype=np.uint8)
    coarse = cv2.resize(view.cover, (width, height), interpolation=cv2.INTER_AREA)
    told: npt.NDArray[np.uint8] = np.minimum(coarse, UNKNOWN - 1)
    return told
