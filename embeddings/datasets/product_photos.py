"""Fashion Product Images: product photos of a real shop, as the shop shows them.

Param Aggarwal, 2019, published by him under the MIT licence. The pictures are a retailer's, whose
consent nobody has shown; see NOTICE.
"""

import csv
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_cache_dir

from embeddings.errors import DatasetUnavailable

FOLDER_SETTING = "LOOKALIKE_PRODUCT_PHOTOS"
LICENCE = "MIT (as declared by the uploader)"
SPLITS = ("train", "validation")
SHOOT = 100  # neighbouring numbers of so many products are of one shoot, and of one split
_WANTED = ("image", "article_type", "base_colour", "gender")
_TABLE = "products.csv"  # with a split; the public collection has `styles.csv`, without one
_PUBLIC_TABLE = "styles.csv"
TABLES = (_TABLE, _PUBLIC_TABLE)
_PUBLIC_NAMES = {"image": "id", "article_type": "articleType", "base_colour": "baseColour"}
_VALIDATION_EACH = 8  # of the public collection, every so-manieth shoot is kept for validation


@dataclass(frozen=True, slots=True)
class ProductPhoto:
    """One product photo and what the shop's staff entered about it."""

    name: str
    path: Path
    article_type: str
    base_colour: str
    gender: str
    shoot: str
    split: str  # one of SPLITS; no shoot is in both


def load_product_photos(folder: Path | None = None) -> list[ProductPhoto]:
    """List every product photo that is there, in the order of the table.

    Both forms are read: `products.csv`, which names the split, and the public `styles.csv`.

    Raises:
        DatasetUnavailable: the folder, a column or every photo is missing.
    """
    home = folder or default_folder()
    for table in (home / name for name in TABLES):
        if table.is_file():
            found = _photos(table)
            if not found:
                raise DatasetUnavailable(f"{table} names no photo that is in {home / 'images'}")
            return found
    raise DatasetUnavailable(
        f"the product photos are not in {home} (no {_TABLE} or {_PUBLIC_TABLE}): set "
        f"{FOLDER_SETTING} to their folder, or run: lookalike-train fetch product-photos"
    )


def default_folder(environ: Mapping[str, str] | None = None) -> Path:
    """Return the folder named by LOOKALIKE_PRODUCT_PHOTOS, else the place in the cache."""
    named = (os.environ if environ is None else environ).get(FOLDER_SETTING)
    if named:
        return Path(named).expanduser()
    return Path(user_cache_dir("lookalike"), "product-photos")


def _photos(table: Path) -> list[ProductPhoto]:
    images = table.parent / "images"
    held = {path.name for path in images.glob("*.jpg")}
    table_rows = read_products(table)
    return [_photo(row, images) for row in table_rows.rows if f"{row['image']}.jpg" in held]


@dataclass(frozen=True, slots=True)
class ProductTable:
    """A table of either form."""

    columns: tuple[str, ...]  # as they stand in it
    lines: tuple[tuple[str, ...], ...]  # likewise, one a product
    rows: tuple[Mapping[str, str], ...]  # of each line: image, article_type and so on


def read_products(table: Path) -> ProductTable:
    """Read the table that describes the products; its name tells its form.

    A line may have more cells than columns: of the public table's last one, a product's name, some
    hold a comma.

    Raises:
        DatasetUnavailable: it cannot be read, lacks a column, or a line lacks a cell of one.
    """
    try:
        with table.open(encoding="utf-8-sig", newline="") as file:
            columns, *lines = [tuple(line) for line in csv.reader(file) if line] or [()]
    except (OSError, ValueError, csv.Error) as error:
        raise DatasetUnavailable(f"{table} cannot be read: {error}") from error
    public = table.name == _PUBLIC_TABLE
    names = {each: _PUBLIC_NAMES.get(each, each) if public else each for each in _WANTED}
    missing = [name for name in names.values() if name not in columns]
    if missing:
        raise DatasetUnavailable(f"{table} lacks the columns {', '.join(missing)}")
    places = {ours: columns.index(theirs) for ours, theirs in names.items()}
    if "split" in columns:
        places["split"] = columns.index("split")
    for number, line in enumerate(lines, start=1):
        if len(line) <= max(places.values()):
            raise DatasetUnavailable(f"product {number} of {table} has no cell for every column")
    rows = ({name: line[place] for name, place in places.items()} for line in lines)
    return ProductTable(columns, tuple(lines), tuple(rows))


def _photo(row: Mapping[str, str], images: Path) -> ProductPhoto:
    number = row["image"]
    shoot = str(int(number) // SHOOT) if number.isdigit() else number
    split = row.get("split") or _split_of(shoot)
    if split not in SPLITS:
        raise DatasetUnavailable(f"a split is one of {', '.join(SPLITS)}; got '{split}'")
    return ProductPhoto(
        name=number,
        path=images / f"{number}.jpg",
        article_type=row["article_type"],
        base_colour=row["base_colour"],
        gender=row["gender"],
        shoot=shoot,
        split=split,
    )


def _split_of(shoot: str) -> str:
    held_out = shoot.isdigit() and int(shoot) % _VALIDATION_EACH == 0
    return "validation" if held_out else "train"
