"""The clothing dataset: photos of garments by the people who own them (CC0 1.0).

Alexey Grigorev, 2020, https://github.com/alexeygrigorev/clothing-dataset
"""

import csv
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from platformdirs import user_cache_dir

from embeddings.errors import DatasetUnavailable

FOLDER_SETTING = "LOOKALIKE_CLOTHING_PHOTOS"
LICENCE = "CC0-1.0"
CATEGORIES = (
    "T-Shirt",
    "Polo",
    "Longsleeve",
    "Shirt",
    "Blouse",
    "Top",
    "Undershirt",
    "Hoodie",
    "Blazer",
    "Outwear",
    "Dress",
    "Skirt",
    "Pants",
    "Shorts",
    "Shoes",
    "Hat",
    "Body",
)
UNDECIDED = ("Not sure", "Other", "Skip")
"""What the people who labelled the photos chose when they could not tell."""

SUBSET = (
    "Dress",
    "Hat",
    "Longsleeve",
    "Outwear",
    "Pants",
    "Shirt",
    "Shoes",
    "Shorts",
    "Skirt",
    "T-Shirt",
)
"""The 10 classes of the published subset, https://github.com/alexeygrigorev/clothing-dataset-small."""

TO_SUBSET: Mapping[str, str] = {
    **{name: name for name in SUBSET},
    "Polo": "T-Shirt",
    "Undershirt": "T-Shirt",
    "Top": "T-Shirt",
    "Hoodie": "Longsleeve",
    "Blouse": "Shirt",
    "Blazer": "Outwear",
}
"""Which class of the subset holds a category's garments; 'Body' has none."""

TO_FASHION_MNIST: Mapping[str, tuple[str, ...]] = {
    "T-Shirt": ("T-shirt/top",),
    "Polo": ("T-shirt/top",),
    "Top": ("T-shirt/top",),
    "Undershirt": ("T-shirt/top",),
    "Longsleeve": ("Pullover",),
    "Hoodie": ("Pullover",),
    "Shirt": ("Shirt",),
    "Blouse": ("Shirt",),
    "Blazer": ("Coat",),
    "Outwear": ("Coat",),
    "Dress": ("Dress",),
    "Pants": ("Trouser",),
    "Shoes": ("Sandal", "Sneaker", "Ankle boot"),
}
"""Which labels of Fashion-MNIST hold a category's garments; skirts, shorts, hats have none."""

SPLITS = ("train", "validation", "test")
TABLES = ("photos.csv", "images.csv")
"""What a folder's table may be called; the public one is `images.csv`."""

_TEST_FILE = Path(__file__).with_name("clothing_photos_test.txt")
_NEEDED = {"image", "label", "sender_id", "kids"}


@dataclass(frozen=True, slots=True)
class ClothingPhoto:
    """One photo of the data set and what is known of it."""

    name: str
    path: Path
    label: str  # one of CATEGORIES or UNDECIDED
    sender: str  # who took it: the photos of one resemble each other
    kids: bool  # a child's garment
    split: str  # one of SPLITS; `test` is the subset's published test set


def load_clothing_photos(folder: Path | None = None) -> list[ClothingPhoto]:
    """List every photo, in the order of the file that describes them.

    Both forms are read: `photos.csv`, which names the split, and the public `images.csv`.

    Raises:
        DatasetUnavailable: the folder, a column or a photo is missing, or a label is unknown.
    """
    home = folder or default_folder()
    for table in (home / name for name in TABLES):
        if table.is_file():
            return [_photo(row, table) for row in read_table(table)]
    raise DatasetUnavailable(
        f"the clothing photos are not in {home} (no photos.csv or images.csv): set "
        f"{FOLDER_SETTING} to their folder, or run: lookalike-train fetch clothing-photos"
    )


def default_folder(environ: Mapping[str, str] | None = None) -> Path:
    """Return the folder named by LOOKALIKE_CLOTHING_PHOTOS, else the place in the cache."""
    named = (os.environ if environ is None else environ).get(FOLDER_SETTING)
    return (
        Path(named).expanduser() if named else Path(user_cache_dir("lookalike"), "clothing-photos")
    )


def garments(photos: Iterable[ClothingPhoto]) -> list[ClothingPhoto]:
    """Keep the photos whose category somebody could tell."""
    return [photo for photo in photos if photo.label in CATEGORIES]


@cache
def published_test_names() -> frozenset[str]:
    """Name the 372 photos of the subset's test set, which the public table does not mark."""
    return frozenset(_TEST_FILE.read_text(encoding="utf-8").split())


def read_table(table: Path) -> list[dict[str, str]]:
    """Read the rows that describe the photos. Raises: DatasetUnavailable."""
    try:
        with table.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, ValueError, csv.Error) as error:
        raise DatasetUnavailable(f"{table} cannot be read: {error}") from error
    missing = _NEEDED - set(rows[0] if rows else ())
    if missing:
        raise DatasetUnavailable(f"{table} lacks the columns {', '.join(sorted(missing))}")
    for number, row in enumerate(rows, start=1):
        if None in row or None in row.values():
            raise DatasetUnavailable(f"row {number} of {table} has not as many cells as columns")
    return rows


def _photo(row: dict[str, str], table: Path) -> ClothingPhoto:
    name, label = row["image"], row["label"]
    path = table.parent / "images" / f"{name}.jpg"
    split = row.get("split") or ("test" if name in published_test_names() else "train")
    if label not in CATEGORIES and label not in UNDECIDED:
        raise DatasetUnavailable(f"{table} calls {name} a '{label}', which is no known label")
    if split not in SPLITS:
        raise DatasetUnavailable(f"{table} puts {name} into '{split}', which is no known split")
    if path.parent != table.parent / "images" or not path.is_file():
        raise DatasetUnavailable(f"{table} names {name}, and {path} is not there")
    return ClothingPhoto(name, path, label, row["sender_id"], row["kids"] == "True", split)
