"""The whole bench: fills catalogues of real articles in a temporary folder and times them."""

import io
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path

from PIL import Image

from embeddings.model.bundle import load_bundle, resolve_bundle
from embeddings.types import Pixels
from service.bench.bare import Bare
from service.bench.client import search_request
from service.bench.running import serving
from service.bench.stages import Bench
from service.bench.tagging import time_tagging
from service.bench.timing import Row
from service.demo.articles import article_pictures, fill
from service.progress import Progress
from service.settings.environment import Settings
from service.wiring import build_services

_QUERIES = 500
# What the bare libraries decode is what this network takes: nothing is framed on either side.
_BUNDLE = "fashion-mnist"

Bar = Callable[[str, str], AbstractContextManager[Progress]]  # of a title and a unit


@dataclass(frozen=True, slots=True)
class Facts:
    """What is timed once for a catalogue, with nothing bare beside it."""

    products: int
    fill_s: float  # reading, storing and indexing every article
    first_search_s: float  # from starting `serve` to having its first answer
    resident_mb: float  # of the server, after the crowd


def run_bench(
    settings: Settings, folder: Path, sizes: Sequence[int], files: int, rounds: int, bar: Bar
) -> tuple[list[Row], list[Facts]]:
    """Time everything at each size, and tagging over so many files.

    `folder` is empty; an article takes about 5 kB in it.
    """
    settings = replace(settings, bundle=_BUNDLE)
    rows: list[Row] = []
    facts = []
    with bar("Fetching the pictures", "bytes") as progress:
        pictures = [_png(image) for image in article_pictures(max(files, _QUERIES), progress)]
    for size in sizes:
        of_size, fact = _at_size(settings, folder / str(size), size, rounds, pictures, bar)
        rows += of_size
        facts.append(fact)
    with bar("Tagging", "pictures") as progress:
        progress(0, None)
        rows.append(_tag(settings, folder / str(sizes[0]), folder, pictures[:files]))
    return rows, facts


def _at_size(
    settings: Settings, home: Path, size: int, rounds: int, pictures: list[bytes], bar: Bar
) -> tuple[list[Row], Facts]:
    services = build_services(replace(settings, home=home))
    start = time.perf_counter()
    with bar(f"Filling a catalogue of {size:,}", "articles") as progress:
        fill(size, services=services, progress=progress)
    filled = time.perf_counter() - start
    bare = Bare(services.settings.database, load_bundle(resolve_bundle(settings.bundle)))
    bench = Bench(services, bare, pictures[:_QUERIES], size, rounds)
    with bar(f"Searching among {size:,}", "") as progress:
        progress(0, None)
        rows = bench.stages()
        with serving(home, search_request(pictures[0])) as server:
            rows += bench.http(server)
            memory = server.resident_mb
    services.close()
    return rows, Facts(size, filled, server.first_search_s, memory)


def _tag(settings: Settings, home: Path, folder: Path, pictures: list[bytes]) -> Row:
    services = build_services(replace(settings, home=home))
    bare = Bare(services.settings.database, load_bundle(resolve_bundle(settings.bundle)))
    (folder / "files").mkdir()
    row = time_tagging(folder / "files", pictures, bare, services.model)
    services.close()
    return row


def _png(image: Pixels) -> bytes:
    file = io.BytesIO()
    Image.fromarray(image).save(file, "PNG")
    return file.getvalue()
