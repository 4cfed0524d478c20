"""Precision and recall of duplicates that were planted among real photos.

    python -m tests.benchmarks.duplicates [--photos N] [--split train]

Real product photos are a shop; some of them come again under another SKU: recompressed, resized,
cropped, mirrored, brighter, darker, with a mark or a border, on another ground, in another colour.
The shop is searched as `lookalike duplicates find` does, by the shipped model. What was planted
and found counts for recall, each change by itself. What was found and not planted is counted as
wrong, though a real shop's photos hold real duplicates. The limits were chosen on the training part
(`--split train`), the figures are of the validation part: other shoots, and other senders.
"""

import argparse
import io
import random
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageOps
from scipy.stats import binomtest

from catalog.duplicates.pairs import PairFilter
from catalog.duplicates.tables import Kind
from embeddings.datasets.clothing_photos import load_clothing_photos
from embeddings.datasets.product_photos import load_product_photos
from embeddings.search.selection import Mask
from embeddings.types import Photo, Pixels
from service.duplicates import rules
from service.duplicates.queue import Pair, open_queue
from service.duplicates.searching import find_all
from service.settings.environment import Settings
from service.stock.record import record_batch
from service.wiring import Services, build_services
from service.wording import counted
from tests.stock_of_pictures import product_of

Picture = Image.Image
Change = Callable[[Picture, random.Random], Picture | None]

SEED = 11
_BATCH = 64
_WHITE = 14  # levels below white that count as the ground of a product photo


def recompressed(image: Picture, _draw: random.Random) -> Picture:
    """Save as a JPEG of low quality."""
    file = io.BytesIO()
    image.save(file, "JPEG", quality=30)
    return Image.open(io.BytesIO(file.getvalue())).convert("RGB")


def resized(image: Picture, _draw: random.Random) -> Picture:
    """Halve the sides."""
    return image.resize((image.width // 2, image.height // 2))


def cropped(image: Picture, draw: random.Random) -> Picture:
    """Cut 3 to 10 % away at each side."""
    left, top, right, bottom = (draw.uniform(0.03, 0.1) for _ in range(4))
    return image.crop(
        (
            int(left * image.width),
            int(top * image.height),
            int((1 - right) * image.width),
            int((1 - bottom) * image.height),
        )
    )


def mirrored(image: Picture, _draw: random.Random) -> Picture:
    """Turn left and right."""
    return ImageOps.mirror(image)


def relit(image: Picture, draw: random.Random) -> Picture:
    """Darken or brighten by up to 25 %."""
    return ImageEnhance.Brightness(image).enhance(draw.choice((0.75, 0.85, 1.15, 1.25)))


def marked(image: Picture, _draw: random.Random) -> Picture:
    """Put a supplier's bar with its name into a corner."""
    image = image.copy()
    width, height = image.size
    pen = ImageDraw.Draw(image, "RGBA")
    pen.rectangle((width * 0.55, height * 0.85, width * 0.97, height * 0.95), (30, 30, 30, 200))
    pen.text((width * 0.58, height * 0.87), "SUPPLIER", (255, 255, 255, 255))
    return image


def framed(image: Picture, draw: random.Random) -> Picture:
    """Put a border around it."""
    colour = draw.choice(((20, 20, 20), (255, 255, 255), (190, 30, 40)))
    return ImageOps.expand(image, max(4, image.width // 15), colour)


def on_another_ground(image: Picture, draw: random.Random) -> Picture | None:
    """Lay what stands on white on a ground in a colour; None where there is no white around it."""
    pixels = np.array(image)
    ground = _ground(pixels)
    if ground.mean() < 0.1:
        return None
    height, width = ground.shape
    down, across = np.mgrid[:height, :width]
    base = np.array([draw.uniform(90, 190) for _ in range(3)])
    shade = (40 * down / height + 20 * across / width)[:, :, None]
    pixels[ground] = np.clip(base + shade, 0, 255)[ground]
    return Image.fromarray(pixels)


def recoloured(image: Picture, draw: random.Random) -> Picture | None:
    """Turn the hue of what stands on white; None where it has none to turn."""
    pixels = np.array(image)
    ground = _ground(pixels)
    hue, saturation, value = image.convert("HSV").split()
    if ground.mean() < 0.1 or np.array(saturation)[~ground].mean() < 70:
        return None
    turned = (np.array(hue).astype(int) + draw.choice((85, 128, 170))) % 256
    other = np.array(
        Image.merge("HSV", (Image.fromarray(turned.astype(np.uint8)), saturation, value)).convert(
            "RGB"
        )
    )
    other[ground] = pixels[ground]
    return Image.fromarray(other)


def _ground(pixels: Pixels) -> Mask:
    """Return which pixels are white and hang together with the edge `(height, width)`."""
    white = (255 - pixels.min(axis=2) <= _WHITE).astype(np.uint8) * 255
    edged = ImageOps.expand(Image.fromarray(white), 1, 255)
    ImageDraw.floodfill(edged, (0, 0), 128)
    inner: Mask = np.asarray(edged)[1:-1, 1:-1] == 128
    return inner


CHANGES: dict[str, Change] = {
    "recompressed": recompressed,
    "resized to half": resized,
    "cropped by 3 to 10 % a side": cropped,
    "mirrored": mirrored,
    "15 to 25 % darker or brighter": relit,
    "with a supplier's mark": marked,
    "with a border": framed,
    "on another ground": on_another_ground,
}
RECOLOURED = "in another colour (a variant)"


@dataclass(frozen=True, slots=True)
class Planted:
    """A photo that comes again under another SKU."""

    original: str
    copy: str
    change: str


def photos_of(folder: str, split: str, most: int) -> list[Picture]:
    """Load up to `most` photos of a part of a data set, whichever by the seed."""
    if folder == "products":
        paths = [photo.path for photo in load_product_photos() if photo.split == split]
    else:
        wanted = {"train": "train", "validation": "test"}[split]
        paths = [photo.path for photo in load_clothing_photos() if photo.split == wanted]
    random.Random(SEED).shuffle(paths)
    return [_opened(path) for path in paths[:most]]


def _opened(path: Path) -> Picture:
    with Image.open(path) as image:
        return ImageOps.exif_transpose(image).convert("RGB")


def fill(services: Services, photos: Sequence[Picture]) -> list[Planted]:
    """Bring photos in as products, then every other one again, each changed in another way."""
    draw = random.Random(SEED)
    changes = [*CHANGES.items(), (RECOLOURED, recoloured)]
    planted: list[Planted] = []
    records: list[tuple[str, Picture]] = [(f"P{n:05d}", each) for n, each in enumerate(photos)]
    for number, image in enumerate(photos[::2]):
        name, change = changes[number % len(changes)]
        if (changed := change(image, draw)) is not None:
            planted.append(Planted(f"P{2 * number:05d}", f"X{number:05d}", name))
            records.append((f"X{number:05d}", changed))
    for start in range(0, len(records), _BATCH):
        some = records[start : start + _BATCH]
        record_batch(
            [product_of(services, sku, Photo(np.asarray(image))) for sku, image in some],
            services=services,
        )
        print(f"\r{start + len(some)} of {len(records)} photos read", end="", file=sys.stderr)
    print(file=sys.stderr)
    return planted


def share(hits: int, of: int) -> str:
    """Write a share with its 95 % interval (Wilson's) and the number of samples."""
    if not of:
        return "no samples"
    low, high = binomtest(hits, of).proportion_ci(method="wilson")
    return f"{hits / of:6.1%}  ({low:.1%} to {high:.1%}, n = {of:,})"


def report(planted: Sequence[Planted], pairs: Sequence[Pair], products: int) -> Iterator[str]:
    """Say what of the planted was found, and what else."""
    found = {frozenset((each.left, each.right)): each for each in pairs}
    by_change: defaultdict[str, list[Pair | None]] = defaultdict(list)
    for each in planted:
        by_change[each.change].append(found.get(frozenset((each.original, each.copy))))
    for change in [*CHANGES, RECOLOURED]:
        held = by_change[change]
        there = [pair for pair in held if pair is not None]
        kinds = Counter(pair.kind.value for pair in there)
        as_kinds = ", ".join(f"{kind} {count}" for kind, count in kinds.most_common())
        yield f"  found, {change:32} {share(len(there), len(held))}  {as_kinds}"
    copies = [each for each in planted if each.change != RECOLOURED]
    keys = {frozenset((each.original, each.copy)) for each in copies}
    hits = sum(frozenset((each.original, each.copy)) in found for each in copies)
    yield f"  found, of all planted duplicates         {share(hits, len(copies))}"
    variants = {
        frozenset((each.original, each.copy)) for each in planted if each.change == RECOLOURED
    }
    right = [found[key].kind is Kind.VARIANT for key in variants & found.keys()]
    yield f"  called a variant, of the recoloured found {share(sum(right), len(right))}"
    for kind in Kind:
        of_kind = [key for key, pair in found.items() if pair.kind is kind]
        wanted = variants if kind is Kind.VARIANT else keys
        hits = sum(key in wanted for key in of_kind)
        yield f"  planted, of proposed as {kind.value:16} {share(hits, len(of_kind))}"
    others = [pair for key, pair in found.items() if key not in keys | variants]
    rate = 100 * len(others) / products
    told = counted(len(others), "pair")
    yield f"  proposed and not planted: {told}, {rate:.1f} a hundred products"


def run(folder: str, split: str, most: int) -> None:
    """Fill a shop, search it, and print what came of it."""
    photos = photos_of(folder, split, most)
    with tempfile.TemporaryDirectory() as home:
        services = build_services(Settings(home=Path(home)))
        planted = fill(services, photos)
        find_all(services=services)
        queue = open_queue(PairFilter(), -1, services=services)
        products = len(photos) + len(planted)
        print(f"{folder}, {split}: {len(photos):,} photos, {len(planted):,} planted")
        print("\n".join(report(planted, queue.pairs, products)))
        services.close()


def main() -> None:
    """Run it as asked for."""
    asked = argparse.ArgumentParser(description="Precision and recall of planted duplicates.")
    asked.add_argument("--photos", type=int, default=1_000, help="of each data set, at most")
    asked.add_argument("--split", choices=("train", "validation"), default="validation")
    given = asked.parse_args()
    print(
        f"limits: {rules.SURE_BITS} bits, or {rules.LIKELY_BITS} with a cosine of "
        f"{rules.AGREEING_COSINE}; a cosine of {rules.SAME_COSINE}; "
        f"{rules.OTHER_COLOURS:g} levels of colour"
    )
    for folder in ("products", "clothes"):
        run(folder, given.split, given.photos)


if __name__ == "__main__":
    main()
