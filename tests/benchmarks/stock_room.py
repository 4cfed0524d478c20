"""Prints what the stock room must reach, each figure beside that of the bare libraries.

python -m tests.benchmarks.stock_room all
python -m tests.benchmarks.stock_room imports --pictures 20000
python -m tests.benchmarks.stock_room memory --rows 1000 100000

`all` runs every part after another, each in a process of its own: the two above, searches beside
an import and beside API writes, fetching, the files of shop systems, planted duplicates, and pairs
merged by the hundred.
"""

import argparse
import io
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import onnxruntime
from PIL import Image

import embeddings.bundles
from embeddings.model.bundle import load_bundle
from service.importing.running import import_source
from service.settings.environment import Settings
from service.wiring import build_services
from tests.benchmarks.small_pictures import SIDE, lines, picture, stock

BUNDLE = Path(str(embeddings.bundles.__path__[0])) / "garments"
_BATCH = 32
_ALL = {
    "imports": ["stock_room", "imports"],
    "memory from 1,000 to 100,000 rows": ["stock_room", "memory"],
    "searches beside an import and beside API writes": ["under_changes", "--by", "import", "api"],
    "fetching at 20 a second": ["fetching", "--rate", "20"],
    "fetching at 100 a second": ["fetching", "--rate", "100"],
    "files of shop systems": ["shop_files"],
    "planted duplicates": ["duplicates", "--photos", "500"],
    "pairs merged, and brought back": ["decided_pairs"],
}
_TURNS = 3  # of each, in turns, so that both meet the same neighbours


def main() -> None:
    """Print the figures of one part."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.stock_room")
    parts = parser.add_subparsers(dest="part", required=True)
    imports = parts.add_parser("imports", help="small pictures, beside bare decode and network")
    imports.add_argument("--pictures", type=int, default=20_000)
    memory = parts.add_parser("memory", help="the most that an import of so many rows holds")
    memory.add_argument("--rows", type=int, nargs="+", default=[1_000, 100_000])
    one = parts.add_parser("one", help="the memory of one import; `memory` starts it")
    one.add_argument("rows", type=int)
    parts.add_parser("all", help="every figure, one part after another")
    given = parser.parse_args()
    if given.part == "all":
        for title, (module, *rest) in _ALL.items():
            print(f"== {title}", flush=True)
            command = [sys.executable, "-m", f"tests.benchmarks.{module}", *rest]
            subprocess.run(command, check=True)
    elif given.part == "imports":
        _imports(given.pictures)
    elif given.part == "memory":
        for rows in given.rows:
            command = [sys.executable, "-m", "tests.benchmarks.stock_room", "one", str(rows)]
            subprocess.run(command, check=True)
    else:
        _memory_of(given.rows)


def _imports(pictures: int) -> None:
    with tempfile.TemporaryDirectory(prefix="lookalike-") as name:
        folder = Path(name)
        part = max(1, pictures // _TURNS)
        bare_s = import_s = 0.0
        network = onnxruntime.InferenceSession(load_bundle(BUNDLE).network)
        services = build_services(Settings(home=folder / "home", bundle=str(BUNDLE)))
        services.models.warm_up(services.models.first())
        for turn in range(_TURNS):
            archive = stock(folder / f"stock-{turn}.zip", turn * part, part)
            bare_s += _bare(archive, network)
            begun = time.perf_counter()
            report = import_source(archive, services=services, find_duplicates=False)
            import_s += time.perf_counter() - begun
            assert report.added == part, report
        begun = time.perf_counter()
        again = import_source(archive, services=services, find_duplicates=False)
        again_s = time.perf_counter() - begun
        assert again.unchanged == part, again
        services.close()
    done = part * _TURNS
    print(f"{done:>8,} pictures of {SIDE} x {SIDE}")
    print(f"{done / bare_s:8.0f} a second, bare decode and bare network")
    print(f"{done / import_s:8.0f} a second, import")
    print(f"{100 * bare_s / import_s:8.0f} % of bare")
    print(f"{import_s / _TURNS / again_s:8.1f} times as fast, the unchanged file again")


def _bare(archive: Path, network: onnxruntime.InferenceSession) -> float:
    """Return the seconds that decoding and the network alone take."""
    bundle = load_bundle(BUNDLE).input
    begun = time.perf_counter()
    waiting: list[np.ndarray] = []
    with ZipFile(archive) as file:
        for name in file.namelist():
            if not name.endswith(".jpg"):
                continue
            image = Image.open(io.BytesIO(file.read(name))).convert("RGB")
            waiting.append(np.asarray(image.resize((bundle.width, bundle.height))))
            if len(waiting) == _BATCH:
                network.run(["logits", "embedding"], {"images": np.stack(waiting)})
                waiting = []
    if waiting:
        network.run(["logits", "embedding"], {"images": np.stack(waiting)})
    return time.perf_counter() - begun


def _memory_of(rows: int) -> None:
    """Import rows of products that are there, with pictures that are all the same."""
    with tempfile.TemporaryDirectory(prefix="lookalike-") as name:
        folder = Path(name)
        (folder / "one.jpg").write_bytes(picture(1))
        with (folder / "stock.csv").open("w", encoding="utf-8") as file:
            file.writelines(lines(0, rows, "one.jpg"))
        bundle = str(BUNDLE.with_name("fashion-mnist"))
        services = build_services(Settings(home=folder / "home", bundle=bundle))
        coming_in = 0.0

        def look(_done: int, _total: int | None) -> None:
            nonlocal coming_in
            coming_in = _most_mb()

        import_source(folder / "stock.csv", services=services, find_duplicates=False, progress=look)
        services.close()
    print(
        f"{rows:>8,} rows: {coming_in:,.0f} MB at most while they come in,"
        f" {_most_mb():,.0f} MB with the index that is then written"
    )


def _most_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
