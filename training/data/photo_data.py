"""The clothing photos in memory: framed once by the serving code, with what is known of each."""

import hashlib
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from embeddings.datasets.clothing_photos import CATEGORIES, ClothingPhoto
from embeddings.model.bundle import InputSpec
from embeddings.photos.photo import open_photo
from embeddings.reading.framing import frame
from embeddings.types import Ids, Pixels
from training.progress import Progress

_THREADS = 2  # decoding releases the interpreter lock
_AHEAD = 64  # framed pictures that wait, at most: more than a network reads at a time


@dataclass(frozen=True, slots=True, eq=False)
class Album:
    """Photos by their place in it."""

    names: tuple[str, ...]
    paths: tuple[Path, ...]
    labels: Ids  # (n,), places in CATEGORIES
    senders: tuple[str, ...]
    is_test: Ids  # (n,), bool: of the published test set

    def digest(self) -> str:
        """Return what tells these photos from any others: names, order, sizes and labels."""
        told = [
            f"{name} {path.stat().st_size} {label}"
            for name, path, label in zip(self.names, self.paths, self.labels, strict=True)
        ]
        return hashlib.sha256("\n".join(told).encode()).hexdigest()


def open_album(photos: Sequence[ClothingPhoto]) -> Album:
    """List garments of known categories; no picture is read yet."""
    return Album(
        names=tuple(photo.name for photo in photos),
        paths=tuple(photo.path for photo in photos),
        labels=np.array([CATEGORIES.index(photo.label) for photo in photos], dtype=np.int64),
        senders=tuple(photo.sender for photo in photos),
        is_test=np.array([photo.split == "test" for photo in photos]),
    )


def frame_all(paths: Sequence[Path], spec: InputSpec, progress: Progress) -> Pixels:
    """Read and frame pictures `(n, height, width, 3)`, in order.

    Raises:
        UnreadablePhoto: a file is not a picture.
    """
    pictures = np.empty((len(paths), spec.height, spec.width, spec.channels), dtype=np.uint8)
    for place, picture in enumerate(framed(paths, spec, progress)):
        pictures[place] = picture
    return pictures


def framed(paths: Sequence[Path], spec: InputSpec, progress: Progress) -> Iterator[Pixels]:
    """Read and frame pictures one after the other, as serving does.

    The next ones are read while whoever asked has a network read those before.

    Raises:
        UnreadablePhoto: a file is not a picture.
    """
    pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="frame-photos")
    try:
        waiting: deque[Future[Pixels]] = deque()
        told = 0
        for path in paths:
            waiting.append(pool.submit(_frame_file, path, spec))
            if len(waiting) > _AHEAD:
                yield waiting.popleft().result()
                told += 1
                if told % 50 == 1:
                    progress(told, len(paths), "reading")
        while waiting:
            yield waiting.popleft().result()
        if paths:
            progress(len(paths), len(paths), "reading")
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _frame_file(path: Path, spec: InputSpec) -> Pixels:
    return frame(open_photo(path.read_bytes()), spec)
