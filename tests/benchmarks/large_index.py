"""What an approximate index gains and misses: `python -m tests.benchmarks.large_index`.

Both kinds of index hold the same vectors, and a plain matrix product says what is right. The
vectors are synthetic: each is a real embedding of the shop that travels with Lookalike, mixed with
another one and with noise, so that they lie in clusters as those of a shop do. Times are of the
processor: what else the machine does would only lengthen those of the clock.
"""

import argparse
import gc
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from embeddings.indexes.kinds import ApproximateIndexes, ExactIndexes
from embeddings.model.bundle import load_bundle, resolve_bundle
from embeddings.photos.photo import open_photo
from embeddings.reading.encoder import OnnxEncoder
from embeddings.search.selection import EVERYTHING, Only, Selection
from embeddings.search.vector_index import IndexKind, VectorIndex
from embeddings.types import Ids, Vectors
from service.bench.timing import percentile
from service.demo.shipped import STOCK

BUNDLE = "garments"
CHUNK = 5_000  # vectors put in at a time, as from rows
SHARES = (0.1, 0.01, 0.001)  # of the vectors that a filter leaves
DEPTHS = (10, 24)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, and the ids that are right."""

    vector: Vectors
    where: Selection
    right: tuple[int, ...]


@dataclass(slots=True)
class Told:
    """What was measured of one kind of index."""

    name: str
    seconds: dict[str, float] = field(default_factory=dict)
    megabytes: dict[str, float] = field(default_factory=dict)
    rows: list[str] = field(default_factory=list)

    @contextmanager
    def timing(self, what: str) -> Iterator[None]:
        """Keep how long something takes a processor."""
        start = time.process_time()
        yield
        self.seconds[what] = time.process_time() - start


def real_embeddings() -> Vectors:
    """Read the photos of the shop that travels along: `(photos, dim)`."""
    encoder = OnnxEncoder(load_bundle(resolve_bundle(BUNDLE)))
    files = sorted((STOCK / "photos").glob("*.jpg"))
    read = [encoder.read([open_photo(file.read_bytes())])[0].embedding for file in files]
    return np.stack(read)


def alike(real: Vectors, count: int, seed: int) -> Vectors:
    """Make vectors `(count, dim)`: a real one, up to as much of another, and noise."""
    chance = np.random.default_rng(seed)
    made = np.empty((count, real.shape[1]), dtype=np.float32)
    for first in range(0, count, CHUNK):
        size = min(CHUNK, count - first)
        one, other = (real[chance.integers(0, len(real), size)] for _ in range(2))
        noise = chance.normal(size=one.shape).astype(np.float32)
        noise /= np.linalg.norm(noise, axis=1, keepdims=True)
        mixed, far = (chance.random((size, 1), dtype=np.float32) for _ in range(2))
        part = one + 0.8 * mixed * other + (0.1 + 0.5 * far) * noise
        made[first : first + size] = part / np.linalg.norm(part, axis=1, keepdims=True)
    return made


def ask(vectors: Vectors, asked: Vectors, where: Sequence[Ids | None]) -> list[Question]:
    """Work out what is right by a matrix product; ids are the rows."""
    questions = []
    for vector, allowed in zip(asked, where, strict=True):
        held = vectors if allowed is None else vectors[allowed]
        cosines = held @ vector
        best = np.argpartition(-cosines, max(DEPTHS))[: max(DEPTHS)]
        best = best[np.argsort(-cosines[best])]
        right = best if allowed is None else allowed[best]
        questions.append(
            Question(
                vector, EVERYTHING if allowed is None else Only(allowed), tuple(right.tolist())
            )
        )
    return questions


def measure(index: VectorIndex, questions: Sequence[Question], name: str) -> str:
    """Ask all questions; give a row with recall and times."""
    times, shared = [], dict.fromkeys(DEPTHS, 0)
    for question in questions:
        start = time.thread_time()  # a search stays in its thread
        found = index.search(question.vector, max(DEPTHS), question.where)
        times.append((time.thread_time() - start) * 1000)
        for depth in DEPTHS:
            ids = {each.id for each in found[:depth]}
            shared[depth] += len(ids & set(question.right[:depth]))
    recalls = [f"{shared[depth] / depth / len(questions):.4f}" for depth in DEPTHS]
    cells = [name, *recalls, f"{percentile(times, 50):.2f}", f"{percentile(times, 95):.2f}"]
    return f"| {' | '.join(cells)} |"


def resident_mb() -> float:
    """Say how much memory this process takes, in megabytes."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096 / 1e6


def tell(name: str, kind: IndexKind, vectors: Vectors, asked: dict[str, list[Question]]) -> Told:
    """Fill an index of this kind, settle it, keep it, and ask it."""
    told = Told(name)
    before = resident_mb()
    index = kind.empty(vectors.shape[1])
    with told.timing("filled from rows"):
        for first in range(0, len(vectors), CHUNK):
            part = vectors[first : first + CHUNK]
            index.upsert(np.arange(first, first + len(part)), part)
    with told.timing("lists made"):
        index.settle()
    gc.collect()
    told.megabytes["memory"] = resident_mb() - before
    told.rows = [measure(index, questions, what) for what, questions in asked.items()]
    with told.timing("a change of 100"):
        index.upsert(np.arange(100), vectors[100:200])
    index.upsert(np.arange(100), vectors[:100])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "index"
        with told.timing("written"), path.open("wb") as file:
            index.write_to(file)
        told.megabytes["file"] = path.stat().st_size / 1e6
        del index
        gc.collect()
        with told.timing("read"):
            kind.read(path.read_bytes())
    return told


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=20_000, help="vectors in the index")
    parser.add_argument("--questions", type=int, default=200, help="searches of each kind")
    told = parser.parse_args()
    real = real_embeddings()
    vectors, asked = (alike(real, n, seed) for n, seed in ((told.count, 1), (told.questions, 2)))
    chance = np.random.default_rng(3)
    questions = {"all": ask(vectors, asked, [None] * len(asked))}
    for share in SHARES:
        most = max(100, int(share * told.count))
        some = [np.sort(chance.choice(told.count, most, replace=False)) for _ in range(8)]
        allowed = [some[at % len(some)] for at in range(len(asked))]
        questions[f"{share:.1%} of them"] = ask(vectors, asked, allowed)
    print(f"{told.count:,} synthetic vectors of {real.shape[1]} from {len(real)} real ones")
    for name, kind in (("exact", ExactIndexes()), ("approximate", ApproximateIndexes(0))):
        found = tell(name, kind, vectors, questions)
        print(f"\n{name}: " + ", ".join(f"{what} {s:.2f} s" for what, s in found.seconds.items()))
        print(", ".join(f"{what} {mb:,.0f} MB" for what, mb in found.megabytes.items()))
        print("| searched | recall@10 | recall@24 | ms, median | ms, 95 % |\n|---|---|---|---|---|")
        print("\n".join(found.rows))


if __name__ == "__main__":
    main()
