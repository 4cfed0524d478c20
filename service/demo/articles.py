"""A shop of studio pictures: Fashion-MNIST's articles, with titles, prices and stock made up."""

import hashlib
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeAlias

import numpy as np

from catalog.stored import PhotoRecord, ProductFacts, ProductRecord
from embeddings.datasets.fashion_mnist import LABELS, Part, load_part
from embeddings.types import Ids, Photo, Pixels
from service.demo.shop import made_up, refuse_own_products
from service.index.rows import stored_reading
from service.progress import Progress, no_progress
from service.stock.record import finish_import, known_sources, record_batch
from service.wiring import Services

MOST = 70_000
_TEST, _TRAIN = 10_000, 60_000
_BATCH = 500  # products of one transaction
_WORKERS = 2

_Articles: TypeAlias = tuple[int, Pixels, Ids]  # number of the first, pictures, places in LABELS


def is_filled(items: int, *, services: Services) -> bool:
    """Return whether the first `items` articles are all there."""
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
        waiting: deque[tuple[_Articles, Future[list[ProductRecord]]]] = deque()
        for articles in _batches(items):
            first, images, _ = articles
            if all(sku in known for sku in skus[first : first + len(images)]):
                continue
            waiting.append((articles, pool.submit(_read, articles, services)))
            if len(waiting) > _WORKERS:
                done += _record(*waiting.popleft(), services)
                progress(done, items)
        while waiting:
            done += _record(*waiting.popleft(), services)
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
    """Return the pictures of the first `items` articles, fetched if need be: `(items, 28, 28)`.

    Raises:
        DatasetUnavailable: they are nowhere to be had.
    """
    return np.concatenate([images for _, images, _ in _batches(items, progress)])


def _batches(items: int, progress: Progress = no_progress) -> Iterator[_Articles]:
    """Yield the articles in batches."""
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


def _read(articles: _Articles, services: Services) -> list[ProductRecord]:
    first, images, labels = articles
    encoder = services.encoder
    photos = [Photo(np.repeat(image[:, :, None], 3, axis=2)) for image in images]
    return [
        _product(
            first + offset,
            LABELS[labels[offset]],
            PhotoRecord(
                source_digest=hashlib.sha256(images[offset].tobytes()).hexdigest(),
                photo_digest=services.store.put(photo),
                reading=stored_reading(reading, encoder),
            ),
        )
        for offset, (photo, reading) in enumerate(zip(photos, encoder.read(photos), strict=True))
    ]


def _record(articles: _Articles, read: "Future[list[ProductRecord]]", services: Services) -> int:
    outcome = record_batch(read.result(), services=services)
    added = len(outcome.added)
    if outcome.retry:  # another model has been promoted since, or somebody cleared up
        outcome = record_batch(_read(articles, services), services=services)
        added += len(outcome.added)
    return added


def _sku(number: int) -> str:
    return f"FM-{number + 1:05d}"


def _product(number: int, label: str, photo: PhotoRecord) -> ProductRecord:
    # Of a new product alone: a second start changes nothing that somebody has made of it.
    facts = made_up(number) | ProductFacts(title=f"{label} no. {number + 1}")
    return ProductRecord(_sku(number), new_facts=facts, photos=(photo,))
