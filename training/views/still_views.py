"""Views of photos behind the frozen blocks: worked out once, for every epoch and every fold.

Blocks that are not trained give the same features for the same view each time. A few views of each
photo, kept, spare most of a training's work: the early blocks see the largest pictures.
"""

import os
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import keras
import numpy as np
import numpy.typing as npt

from embeddings.types import Pixels, Vectors
from training.progress import Progress
from training.views.balance import blend
from training.views.photo_augment import ViewRanges, draw_view

Features = npt.NDArray[np.float16]

_BATCH = 32
_AHEAD = 4  # batches that are drawn while the network works


def split_at(model: keras.Model, blocks: int) -> tuple[keras.Model, keras.Model, keras.Model]:
    """Part a photo network behind its first `blocks` blocks.

    Gives what turns pictures into features, what turns these into logits and embedding, and what
    turns them into pooled features `(n, 1280)`. All share the layers of `model`.

    Raises:
        ValueError: there are no blocks before that place, or none behind it.
    """
    ends = [layer for layer in model.layers if layer.name.startswith(f"block{blocks - 1}_")]
    if not ends or not any(layer.name.startswith(f"block{blocks}_") for layer in model.layers):
        raise ValueError(f"the network cannot be parted behind {blocks} blocks")
    middle = ends[-1].output
    pooled = model.get_layer("pool").output
    return (
        keras.Model(model.input, middle),
        keras.Model(middle, model.output),
        keras.Model(middle, pooled),
    )


def still_views(
    early: keras.Model,
    framed: Pixels | None,
    *,
    views: int,
    side: tuple[int, int],
    ranges: ViewRanges,
    seed: int,
    file: Path,
    progress: Progress,
) -> Features:
    """Return the features of `views` views of each picture: `(n, views, h, w, c)`.

    They are kept in `file`, and read from there where it is: then `framed` `(n, H, W, 3)` is not
    needed. float16 rounds them by less than the views differ.
    """
    if not file.exists():
        if framed is None:
            raise ValueError(f"{file} is not there, and there are no pictures to make it from")
        count = len(framed)
        shape = (count, views, *early.compute_output_shape((1, *side, 3))[1:])
        beside = file.with_suffix(".part")
        made = np.lib.format.open_memmap(beside, "w+", np.float16, shape)
        flat = made.reshape(count * views, *shape[2:])
        for first, drawn in _drawn(framed, views, side, ranges, seed):
            told = np.asarray(early.predict_on_batch(drawn))
            flat[first : first + len(drawn)] = np.clip(told, -60000, 60000)
            progress(first + len(drawn), count * views, "features of views")
        made.flush()
        del made, flat
        os.replace(beside, file)
    kept: Features = np.load(file, mmap_mode="r")
    return kept


def _drawn(
    framed: Pixels, views: int, side: tuple[int, int], ranges: ViewRanges, seed: int
) -> Iterator[tuple[int, Pixels]]:
    """Draw batches of views on the side, in order, each with the number of its first view."""
    total = len(framed) * views

    def one(number: int) -> Pixels:
        rng = np.random.default_rng([seed, number])
        return draw_view(framed[number // views], *side, ranges, rng)

    def batch(first: int) -> Pixels:
        return np.stack([one(number) for number in range(first, min(first + _BATCH, total))])

    with ThreadPoolExecutor(1) as pool:
        waiting: deque[tuple[int, Future[Pixels]]] = deque()
        for first in range(0, total, _BATCH):
            waiting.append((first, pool.submit(batch, first)))
            if len(waiting) > _AHEAD:
                start, future = waiting.popleft()
                yield start, future.result()
        for start, future in waiting:
            yield start, future.result()


class StillBatches(keras.utils.PyDataset):  # type: ignore[misc] # it has no types
    """Gives `(features, targets)`: float32 `(n, h, w, c)` and `(n, labels)`, summing to 1."""

    def __init__(
        self,
        photos: Features,
        order: npt.NDArray[np.int64],
        targets: Vectors,
        *,
        batch_size: int,
        mixup: float,
        epoch: int,
        seed: int,
        articles: Features | None = None,
        article_targets: Vectors | None = None,
        studio_share: float = 0.0,
    ) -> None:
        """Take the photos in `order`, each with the row of `targets` in the same place.

        Each epoch shows another view of a photo, until it has seen all. With `mixup` as many of the
        batches are blended; `studio_share` of each batch are articles.
        """
        super().__init__()
        self._photos, self._order, self._targets = photos, order, targets
        self._articles, self._article_targets = articles, article_targets
        self._of_articles = round(batch_size * studio_share) if articles is not None else 0
        self._of_photos = batch_size - self._of_articles
        self._mixup, self._epoch, self._seed = mixup, epoch, seed

    def __len__(self) -> int:
        return max(1, len(self._order) // self._of_photos)

    def __getitem__(self, place: int) -> tuple[Vectors, Vectors]:
        rng = np.random.default_rng([self._seed, self._epoch, place])
        part = slice(place * self._of_photos, (place + 1) * self._of_photos)
        rows = self._order[part]
        # Each photo begins at a view of its own, so that a batch mixes them.
        views = (self._epoch + rows) % self._photos.shape[1]
        features: Any = self._photos[rows, views]
        targets = self._targets[part]
        if self._articles is not None and self._article_targets is not None and self._of_articles:
            chosen = rng.integers(0, len(self._articles), self._of_articles)
            features = np.concatenate([features, self._articles[chosen, 0]])
            targets = np.concatenate([targets, self._article_targets[chosen]])
        if rng.random() < self._mixup:
            # Photos and articles meet too: reversed, the batch begins with the articles.
            return blend(features, targets, rng)
        return features.astype(np.float32), targets
