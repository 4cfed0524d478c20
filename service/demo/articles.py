"""A shop of studio pictures: Fashion-MNIST's articles, with titles, prices and stock made up."""

import io
from collections.abc import Collection, Iterator
from typing import TypeAlias

import numpy as np
from PIL import Image

from catalog.stored import ProductFacts
from embeddings.datasets.fashion_mnist import LABELS, Part, load_part
from embeddings.types import Ids, Pixels
from service.demo.shop import made_up, refuse_own_products
from service.importing.row import Row
from service.importing.running import import_rows
from service.progress import Progress, no_progress
from service.stock.record import known_sources
from service.wiring import Services

MOST = 70_000
_TEST, _TRAIN = 10_000, 60_000
_BATCH = 500  # articles at a time; both parts hold whole batches

_Articles: TypeAlias = tuple[int, Pixels, Ids]  # number of the first, pictures, places in LABELS


def is_filled(items: int, *, services: Services) -> bool:
    """Return whether the first `items` articles are all there."""
    return len(known_sources(map(_sku, range(items)), services=services)) == items


def fill(items: int, *, services: Services, progress: Progress = no_progress) -> int:
    """Bring the first `items` articles into the catalogue, and give how many were new.

    The 10,000 test articles come first, then those of the training part. It is an import like any
    other: what is there already is not read again, so an interrupted run goes on where it stopped.

    Raises:
        OwnCatalogue: the catalogue holds products that are not of this demonstration.
        DatasetUnavailable: the pictures are nowhere to be had.
    """
    known = known_sources(map(_sku, range(items)), services=services)
    refuse_own_products(map(_sku, range(MOST)), services=services)
    source = _ArticleSource(items, known)
    return import_rows(source, services=services, progress=progress).added


class _ArticleSource:
    """The articles that are not known yet, as rows of an import; a picture's name is its number."""

    ignored = 0

    def __init__(self, items: int, known: Collection[str]) -> None:
        self._items = items
        self._known = known
        self._images: list[Pixels] = []  # of the batches so far, each of `_BATCH` but the last

    def count(self) -> int | None:
        return self._items - len(self._known)

    def rows(self) -> Iterator[Row]:
        for first, images, labels in _batches(self._items):
            self._images.append(images)
            for number, label in enumerate(labels, start=first):
                if (sku := _sku(number)) not in self._known:
                    # Of a new product alone: what somebody has made of one stays.
                    facts = made_up(number) | ProductFacts(
                        title=f"{LABELS[label]} no. {number + 1}"
                    )
                    yield Row(number + 1, sku, ProductFacts(), (str(number),), new_facts=facts)

    def read(self, photo: str) -> bytes:
        batch, place = divmod(int(photo), _BATCH)
        data = io.BytesIO()
        Image.fromarray(self._images[batch][place]).save(data, "PNG")
        return data.getvalue()

    def is_elsewhere(self, _photo: str) -> bool:
        return False


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


def _sku(number: int) -> str:
    return f"FM-{number + 1:05d}"
