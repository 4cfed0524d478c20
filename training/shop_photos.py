"""A shop's own photos to train on: a folder of category folders, or a CSV."""

import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from training.errors import BadData

SUFFIXES = {".jpg", ".jpeg", ".png", ".webp", ".heic", ".heif", ".avif", ".gif", ".bmp"}
LEAST_PER_LABEL = 2  # one to fit on and one to hold out
_PHOTO, _LABEL, _GROUP = ("photo", "image", "file"), ("category", "label"), ("group", "sku")


@dataclass(frozen=True, slots=True)
class ShopPhoto:
    """One photo, what it shows, and which others it resembles."""

    path: Path
    label: str
    group: str  # a product, a photographer: never on both sides of a split


def read_shop_photos(source: Path) -> list[ShopPhoto]:
    """List a shop's photos, sorted by path.

    A folder holds one folder a category; a folder within one of those is a group (the photos of
    one product, say), and a photo outside such a folder is a group of its own. A CSV has the
    columns `photo` (or `image`, `file`), relative to it, `category` (or `label`), and perhaps
    `group` (or `sku`).

    Raises:
        BadData: there are fewer than two categories, too few photos of one, or a row or a file
            makes no sense.
    """
    if source.is_dir():
        photos = _from_folder(source)
    elif source.is_file():
        photos = _from_csv(source)
    else:
        raise BadData(f"{source} is neither a folder nor a CSV")
    counts = Counter(photo.label for photo in photos)
    if len(counts) < 2:
        raise BadData(f"training needs at least two categories, {source} has {len(counts)}")
    if few := sorted(label for label, count in counts.items() if count < LEAST_PER_LABEL):
        raise BadData(
            f"each category needs at least {LEAST_PER_LABEL} photos, too few are of: "
            f"{', '.join(few)}"
        )
    return sorted(photos, key=lambda photo: photo.path)


def _from_folder(source: Path) -> list[ShopPhoto]:
    photos = []
    for path in source.rglob("*"):
        parts = path.relative_to(source).parts
        if any(part.startswith(".") for part in parts) or path.suffix.lower() not in SUFFIXES:
            continue
        if len(parts) < 2:
            raise BadData(f"{path} is in no category's folder: it belongs into {source}/CATEGORY/")
        photos.append(ShopPhoto(path, parts[0], "/".join(parts[:2])))
    return photos


def _from_csv(source: Path) -> list[ShopPhoto]:
    try:
        with source.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            columns = reader.fieldnames or ()
            photo = _column(_PHOTO, columns, source)
            label = _column(_LABEL, columns, source)
            group = next((name for name in _GROUP if name in columns), photo)
            rows = list(reader)
    except (OSError, ValueError, csv.Error) as error:
        raise BadData(f"{source} cannot be read: {error}") from error
    photos = []
    for number, row in enumerate(rows, start=2):
        path = source.parent / (row[photo] or "")
        if not row[photo] or not path.is_file():
            raise BadData(f"row {number} of {source} names a photo that is not there: {path}")
        if not (row[label] or "").strip():
            raise BadData(f"row {number} of {source} names no category")
        photos.append(ShopPhoto(path, row[label].strip(), row[group] or row[photo]))
    return photos


def _column(names: Sequence[str], columns: Sequence[str], source: Path) -> str:
    found = [name for name in names if name in columns]
    if not found:
        raise BadData(f"{source} lacks a column named {' or '.join(names)}")
    return found[0]
