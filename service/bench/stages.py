"""Each stage of a search, and the whole of it over HTTP, beside the bare libraries."""

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from catalog.filters import Filters
from embeddings.photos.photo import open_photo
from service.bench.bare import Bare
from service.bench.client import Client, crowd, search_request
from service.bench.running import HOST, Running
from service.bench.timing import Row, compare, percentile
from service.finding.search import find_like_reading
from service.timing import took_ms
from service.wiring import Services

Item = TypeVar("Item")

PAGE = 24
CLIENTS = 8


@dataclass(frozen=True, slots=True)
class Bench:
    """What a run is made over: a catalogue, the bare libraries over the same, some pictures."""

    services: Services
    bare: Bare
    pictures: list[bytes]
    products: int
    rounds: int

    def stages(self) -> list[Row]:
        """Time decoding, encoding, searching and loading within one process."""
        photos = [open_photo(picture) for picture in self.pictures]
        images = [self.bare.decode(picture)[np.newaxis] for picture in self.pictures]
        encoder = self.services.encoder
        readings = encoder.read(photos)
        found = [self.bare.search(reading.embedding[np.newaxis], PAGE) for reading in readings]

        def searching(stage: str) -> Callable[[int], float]:
            return lambda number: find_like_reading(
                _at(readings, number), Filters(), 1, PAGE, services=self.services
            ).timing_ms[stage]

        pairs: dict[str, tuple[Callable[[int], float], Callable[[int], float]]] = {
            "decode": (
                lambda number: took_ms(lambda: open_photo(_at(self.pictures, number))),
                lambda number: took_ms(lambda: self.bare.decode(_at(self.pictures, number))),
            ),
            "encode": (
                lambda number: took_ms(lambda: encoder.read([_at(photos, number)])),
                lambda number: took_ms(lambda: self.bare.encode(_at(images, number))),
            ),
            "search": (
                searching("search"),
                lambda number: took_ms(
                    lambda: self.bare.search(_at(readings, number).embedding[np.newaxis], PAGE)
                ),
            ),
            "load": (
                searching("load"),
                lambda number: took_ms(lambda: self.bare.load(_at(found, number))),
            ),
        }
        return [self._row(stage, *pair) for stage, pair in pairs.items()]

    def http(self, server: Running) -> list[Row]:
        """Time whole requests: one client beside the sum of the bare calls, then a crowd."""
        requests = [search_request(picture) for picture in self.pictures]
        client = Client(HOST, server.port)
        one = self._row(
            "http",
            lambda number: client.ask(_at(requests, number)),
            lambda number: took_ms(lambda: self._bare_search(_at(self.pictures, number))),
        )
        client.close()
        times = crowd(HOST, server.port, requests, CLIENTS, self.rounds)
        p50 = statistics.median(times)
        return [one, Row("http p99", self.products, percentile(times, 99), p50)]

    def _bare_search(self, picture: bytes) -> None:
        _, embedding = self.bare.encode(self.bare.decode(picture)[np.newaxis])
        self.bare.load(self.bare.search(embedding, PAGE))

    def _row(
        self, stage: str, service: Callable[[int], float], bare: Callable[[int], float]
    ) -> Row:
        return Row(stage, self.products, *compare(service, bare, self.rounds))


def _at(items: Sequence[Item], number: int) -> Item:
    return items[number % len(items)]
