"""Chooses the photos of the demonstration that travels with the service, and writes them down.

The photos are the clothing dataset's (CC0). Which of them is worked out from their names, labels,
senders and colours alone: the same copy of the data set always makes the same shop.
"""

import csv
import hashlib
import io
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import zip_longest
from pathlib import Path

import numpy as np
from PIL import Image, ImageCms, ImageOps

from embeddings.datasets.clothing_photos import ClothingPhoto, garments
from training.errors import BadData
from training.progress import Progress, no_progress

COUNT = 500  # products
MOST_BYTES = 8 * 1024 * 1024  # of all files together
SIDE = 320  # pixels of the longer side: 240 for what is taller than wide
_QUALITY = 74  # of JPEG
_GREY = 12.0  # CIELAB chroma up to which a colour counts as none
_HUES = 8  # sectors of the circle of hues
# Chosen by eye, one of a kind: whole garments, clear on their ground, of twelve other senders.
SAMPLES = (
    *("a68920e2", "bcce8445", "6f2e047c", "edd3ea28", "420a80c4", "97cddbc9"),
    *("90d2529c", "47948bab", "d7dfcea1", "574a2370", "f7aacbe8", "ce5e1ff5"),
)
COLUMNS = ("sku", "title", "photo", "price", "currency", "stock")


def write_demo_stock(
    photos: Iterable[ClothingPhoto],
    folder: Path,
    count: int = COUNT,
    samples: Sequence[str] = SAMPLES,
    progress: Progress = no_progress,
) -> int:
    """Write `stock.csv`, `photos/` and `samples/`, and give how many bytes they take.

    No photo of the published test set is taken, and none of a sender of the samples into the shop.

    Raises:
        BadData: a sample is not among the photos, or the files would take too much.
    """
    known = [photo for photo in garments(photos) if photo.split != "test" and not photo.kids]
    shown = [_named(name, known) for name in samples]
    apart = {photo.sender for photo in shown}
    chosen = spread([photo for photo in known if photo.sender not in apart], count)
    files: dict[str, bytes] = {}
    for number, photo in enumerate([*chosen, *shown]):
        place = "photos" if number < len(chosen) else "samples"
        files[f"{place}/{_short(photo)}.jpg"] = small_jpeg(photo.path)
        progress(number + 1, len(chosen) + len(shown), "writing")
    files["stock.csv"] = _table(chosen)
    size = sum(map(len, files.values()))
    if size > MOST_BYTES:
        raise BadData(f"a demonstration takes at most {MOST_BYTES:,} bytes, these are {size:,}")
    for old in [*folder.glob("photos/*.jpg"), *folder.glob("samples/*.jpg")]:
        old.unlink()
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return size


def spread(photos: Sequence[ClothingPhoto], count: int) -> list[ClothingPhoto]:
    """Choose up to `count` photos, in turn of each kind and colour that there is."""
    groups: dict[tuple[str, str], list[ClothingPhoto]] = defaultdict(list)
    for photo in sorted(photos, key=_order):
        groups[photo.label, colour_group(_open(photo.path))].append(photo)
    # Groups in an order that mixes kinds, so that the first products are of all of them.
    turns = [groups[key] for key in sorted(groups, key=lambda key: _digest("/".join(key)))]
    dealt = [photo for turn in zip_longest(*turns) for photo in turn if photo is not None]
    return dealt[:count]


def colour_group(image: Image.Image) -> str:
    """Name the colour of a picture's middle roughly: light, grey, dark, or a sector of the hues."""
    width, height = image.size
    box = (int(0.3 * width), int(0.3 * height), int(0.7 * width) + 1, int(0.7 * height) + 1)
    middle = image.crop(box).resize((24, 24), Image.Resampling.BOX)
    lab = ImageCms.applyTransform(middle, _TO_LAB)
    values = np.asarray(lab).reshape(-1, 3).astype(np.float64)
    lightness = float(np.median(values[:, 0])) / 2.55  # 0..100
    signed = values[:, 1:].astype(np.uint8).view(np.int8)  # as Pillow keeps a and b
    a, b = np.median(signed, axis=0)
    if np.hypot(a, b) <= _GREY:
        return ("dark", "grey", "light")[min(2, int(lightness / 100 * 3))]
    return f"hue {int((np.arctan2(b, a) / (2 * np.pi) % 1) * _HUES)}"


def small_jpeg(path: Path) -> bytes:
    """Make a small JPEG without any metadata; the same picture gives the same bytes."""
    image = _open(path)
    image.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    file = io.BytesIO()
    image.save(file, "JPEG", quality=_QUALITY, optimize=True, progressive=True)
    return file.getvalue()


_TO_LAB = ImageCms.buildTransformFromOpenProfiles(
    ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), "RGB", "LAB"
)


def _open(path: Path) -> Image.Image:
    with Image.open(path) as image:
        return ImageOps.exif_transpose(image).convert("RGB")


def _named(beginning: str, photos: Iterable[ClothingPhoto]) -> ClothingPhoto:
    found = [photo for photo in photos if photo.name.startswith(beginning)]
    if len(found) != 1:
        raise BadData(
            f"a sample is one garment of the data set that is no test photo; '{beginning}' is "
            f"{len(found)}"
        )
    return found[0]


def _short(photo: ClothingPhoto) -> str:
    # Of a UUID's five parts two are enough to tell some thousand photos apart.
    return "-".join(photo.name.split("-")[:2])


def _table(photos: Sequence[ClothingPhoto]) -> bytes:
    file = io.StringIO()
    rows = csv.DictWriter(file, COLUMNS, lineterminator="\n")
    rows.writeheader()
    numbers: Counter[str] = Counter()
    for photo in photos:
        numbers[photo.label] += 1
        # Nobody sells these: prices and stock are made up, each time the same.
        draw = np.random.default_rng(int(_order(photo)[:15], 16))
        rows.writerow(
            {
                "sku": _short(photo),
                "title": f"{photo.label} no. {numbers[photo.label]}",
                "photo": f"photos/{_short(photo)}.jpg",
                "price": f"{draw.integers(9, 150)}.95",
                "currency": "EUR",
                "stock": int(draw.integers(0, 20)),
            }
        )
    return file.getvalue().encode()


def _order(photo: ClothingPhoto) -> str:
    return _digest(photo.name)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
