"""A shop of studio pictures: Fashion-MNIST's articles, with titles, prices and stock made up."""

import hashlib
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np

from embeddings.datasets.fashion_mnist import LABELS, Part, load_part
from embeddings.types import Ids, Photo, Pixels
from service.demo.shop import made_up, refuse_own_products
from service.progress import Progress, no_progress
from service.store_batch import (
    PhotoRecord,
    ProductRecord,
    finish_import,
    known_sources,
    record_batch,
)
from service.wiring import Services

MOST = 70_000
_TEST, _TRAIN = 10_000, 60_000
_BATCH = 500  # products of one transaction
_WORKERS = 2


def is_filled(items: int, *, services: Services) -> bool:
    """Say whether the first `items` articles are all there."""
    return len(known_sources(map(_sku, range(items)), services=services)) == items


def fill(items: int, *, services: Services, progress: Progress = no_progress) -> int:
    """Bring the first `items` articles into the catalogue, and give how many were new.

    The 10,000 test articles come first, then those of the training part. What is there already is
    not read again, so an interrupted run goes on where it stopped.

    Raises:
        OwnCatalogue: the catalogue holds products that are not of this demonstration.
        DatasetUnavailable: the pictures are nowhere to be had.
    """
    skus = [_sku(number) for number in range(items)]
    known = known_sources(skus, services=services)
    refuse_own_products(map(_sku, range(MOST)), services=services)
    done = len(known)
    progress(done, items)
    with ThreadPoolExecutor(_WORKERS) as pool:
        waiting: deque[Future[list[ProductRecord]]] = deque()
        for first, images, labels in _batches(items):
            if all(sku in known for sku in skus[first : first + len(images)]):
                continue
            waiting.append(pool.submit(_read, first, images, labels, services))
            if len(waiting) > _WORKERS:
                done += _record(waiting.popleft(), services)
                progress(done, items)
        while waiting:
            done += _record(waiting.popleft(), services)
            progress(done, items)
    finish_import(services=services)
    return done - len(known)


def fetch_articles(items: int, progress: Progress = no_progress) -> None:
    """Have the pictures of the first `items` articles on this machine.

    Raises:
        DatasetUnavailable: they are nowhere to be had.
    """
    for _ in _batches(items, progress):
        pass


def article_pictures(items: int, progress: Progress = no_progress) -> Pixels:
    """Give the pictures of the first `items` articles, fetched if need be: `(items, 28, 28)`.

    Raises:
        DatasetUnavailable: they are nowhere to be had.
    """
    return np.concatenate([images for _, images, _ in _batches(items, progress)])


def _batches(items: int, progress: Progress = no_progress) -> Iterator[tuple[int, Pixels, Ids]]:
    """Give the articles in batches: number of the first, pictures, positions in LABELS."""
    start = 0
    for name, size in (("test", _TEST), ("train", _TRAIN)):
        if start >= items:
            return
        part: Part = load_part(name, lambda _file, done, size: progress(done, size))
        wanted = min(items - start, size)
        for first in range(0, wanted, _BATCH):
            last = min(first + _BATCH, wanted)
            yield start + first, part.images[first:last], part.labels[first:last]
        start += size


def _read(first: int, images: Pixels, labels: Ids, services: Services) -> list[ProductRecord]:
    photos = [Photo(np.repeat(image[:, :, None], 3, axis=2)) for image in images]
    readings = services.encoder.read(photos)
    return [
        _product(
            first + offset,
            LABELS[labels[offset]],
            PhotoRecord(
                source_digest=hashlib.sha256(images[offset].tobytes()).hexdigest(),
                photo_digest=services.store.put(photo),
                reading=reading,
            ),
        )
        for offset, (photo, reading) in enumerate(zip(photos, readings, strict=True))
    ]


def _record(batch: "Future[list[ProductRecord]]", services: Services) -> int:
    return len(record_batch(batch.result(), services=services).added)


def _sku(number: int) -> str:
    return f"FM-{number + 1:05d}"


def _product(number: int, label: str, photo: PhotoRecord) -> ProductRecord:
    return ProductRecord(
        sku=_sku(number),
        title=f"{label} no. {number + 1}",
        photos=(photo,),
        **made_up(number),
    )
