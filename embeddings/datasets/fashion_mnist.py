"""Fashion-MNIST: 70,000 grey 28x28 article pictures of Zalando in 10 categories (MIT licence).

Xiao, Rasul, Vollgraf: Fashion-MNIST, https://arxiv.org/abs/1708.07747
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
from platformdirs import user_cache_dir

from embeddings.datasets import fetch
from embeddings.datasets.download import Progress, no_progress
from embeddings.datasets.fetch import PublishedFile
from embeddings.datasets.idx import parse, read_content
from embeddings.errors import DatasetUnavailable
from embeddings.types import Ids, Pixels

LABELS = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)
FOLDER_SETTING = "LOOKALIKE_FASHION_MNIST"
SYSTEM_FOLDER = Path("/usr/share/datasets/fashion-mnist")
DEBIAN_PACKAGE = "dataset-fashion-mnist"
BASE_URLS = (
    "https://fashion-mnist.s3.eu-central-1.amazonaws.com",
    "https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion",
)

# The digest is that of the unpacked content: the same pictures may have been packed again (other
# gzip level, other time stamp), as distributions do, and then the .gz file differs, not the data.
FILES = {
    "train-images": PublishedFile(
        "train-images-idx3-ubyte.gz",
        47_040_016,
        "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
    ),
    "train-labels": PublishedFile(
        "train-labels-idx1-ubyte.gz",
        60_008,
        "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
    ),
    "test-images": PublishedFile(
        "t10k-images-idx3-ubyte.gz",
        7_840_016,
        "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
    ),
    "test-labels": PublishedFile(
        "t10k-labels-idx1-ubyte.gz",
        10_008,
        "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
    ),
}


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One part of the data set, in its published order."""

    images: Pixels  # (n, 28, 28), grey, 0 is the background
    labels: Ids  # (n,), positions in LABELS


@dataclass(frozen=True, slots=True, eq=False)
class FashionMnist:
    """The whole data set, in its published order."""

    train_images: Pixels  # (60000, 28, 28)
    train_labels: Ids  # (60000,)
    test_images: Pixels  # (10000, 28, 28)
    test_labels: Ids  # (10000,)


@dataclass(frozen=True, slots=True, eq=False)
class Sources:
    """Where to look, in this order: folders, the cache, web addresses, a Debian package."""

    folders: tuple[Path, ...]
    cache: Path
    base_urls: tuple[str, ...] = BASE_URLS
    package: str = DEBIAN_PACKAGE
    files: Mapping[str, PublishedFile] = field(default_factory=lambda: FILES)


def default_sources(environ: Mapping[str, str] | None = None) -> Sources:
    """Return the usual places, the folder named by LOOKALIKE_FASHION_MNIST first if it is set."""
    named = (os.environ if environ is None else environ).get(FOLDER_SETTING)
    folders = (Path(named).expanduser(), SYSTEM_FOLDER) if named else (SYSTEM_FOLDER,)
    return Sources(folders, Path(user_cache_dir("lookalike")) / "fashion-mnist")


def load_fashion_mnist(
    progress: Progress = no_progress, sources: Sources | None = None
) -> FashionMnist:
    """Load both parts, fetching what this machine lacks. Raises: DatasetUnavailable."""
    train = load_part("train", progress, sources)
    test = load_part("test", progress, sources)
    return FashionMnist(train.images, train.labels, test.images, test.labels)


def load_part(part: str, progress: Progress = no_progress, sources: Sources | None = None) -> Part:
    """Load the 60,000 pictures of `train` or the 10,000 of `test`, fetching only those files.

    Raises:
        DatasetUnavailable: they are nowhere to be had, or are not the published ones.
    """
    if part not in ("train", "test"):
        raise ValueError(f"the parts are 'train' and 'test', not '{part}'")
    chosen = sources or default_sources()
    images = parse(_content(chosen.files[f"{part}-images"], chosen, progress))
    labels: npt.NDArray[np.int64] = parse(
        _content(chosen.files[f"{part}-labels"], chosen, progress)
    ).astype(np.int64)
    return Part(images, labels)


def _content(file: PublishedFile, sources: Sources, progress: Progress) -> bytes:
    looked: list[str] = []
    for folder in (*sources.folders, sources.cache):
        for path in (folder / file.name, folder / file.name.removesuffix(".gz")):
            if path.is_file():
                return _checked(path, file, [*looked, str(folder)])
        looked.append(f"{folder}: no such file")
    path = fetch.into_cache(
        file,
        cache=sources.cache,
        base_urls=sources.base_urls,
        package=sources.package,
        progress=progress,
        looked=looked,
    )
    return _checked(path, file, looked)


def _checked(path: Path, file: PublishedFile, looked: list[str]) -> bytes:
    try:
        content = read_content(path, file.size)
        file.check(path, content)
    except DatasetUnavailable as error:
        places = "; ".join(looked)
        raise DatasetUnavailable(f"{error}. Delete or replace it. Looked at: {places}") from error
    return content
