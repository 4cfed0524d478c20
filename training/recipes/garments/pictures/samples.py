"""Every picture that the garment network learns from, whatever data set it is of."""

import hashlib
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from embeddings.datasets.clothing_photos import CATEGORIES, UNDECIDED, ClothingPhoto
from embeddings.datasets.product_photos import ProductPhoto
from embeddings.errors import DatasetUnavailable
from embeddings.photos.photo import open_photo
from embeddings.types import Ids, Vectors
from training.data.folds import group_folds
from training.networks.garment_layers import tone_centres
from training.progress import Bars
from training.recipes.garments.network.colours import COLOURS, of_shop
from training.recipes.garments.network.leaves import LEAVES, of_photo, of_product
from training.recipes.garments.network.network import TONE_SPREAD
from training.recipes.garments.pictures.cutouts import HEIGHT, WIDTH, Cover, cut_out

FOLDS = 3
FINAL_PARTS = 20  # of the senders: one is kept from the network that ships, to fit thresholds on
IN_ALL = -1  # of no fold: no network is judged by it
NEVER = -2  # no network learns from it
_THREADS = 2


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """Pictures by their place in it: the clothing photos, then the product photos."""

    paths: tuple[Path, ...]
    kinds: npt.NDArray[np.bool_]  # (n, leaves), those that its label allows; none: not known
    colours: npt.NDArray[np.bool_]  # (n, colours), likewise
    groups: tuple[str, ...]  # the sender or the shoot
    folds: Ids  # (n,), the fold that is judged by it, IN_ALL or NEVER
    is_product: npt.NDArray[np.bool_]
    reserved: npt.NDArray[np.bool_]  # of a few senders, whom the network that ships never sees
    labels: tuple[str, ...]  # as its data set has it

    def __len__(self) -> int:
        return len(self.paths)

    def learned(self, fold: int | None) -> Ids:
        """Return the places that the network of a fold learns from; None: the one that ships."""
        held = self.reserved if fold is None else self.folds == fold
        return np.flatnonzero(~held & (self.folds != NEVER))

    def judged_folds(self) -> tuple[int, ...]:
        """Name the folds of senders; there are none without clothing photos."""
        return tuple(int(fold) for fold in np.unique(self.folds[self.folds >= 0]))

    def digest(self) -> str:
        """Return what tells these pictures from any others: names, order and sides."""
        told = [f"{path.name} {fold}" for path, fold in zip(self.paths, self.folds, strict=True)]
        return hashlib.sha256("\n".join(told).encode()).hexdigest()


@dataclass(frozen=True, slots=True, eq=False)
class Cuts:
    """Where the garments are in their photos, and in which tones."""

    covers: Cover  # (n, HEIGHT, WIDTH)
    found: npt.NDArray[np.bool_]  # (n,)
    tones: Vectors  # (n, tones), each summing to 1 where found


def gather(photos: Sequence[ClothingPhoto], products: Sequence[ProductPhoto]) -> Samples:
    """List all pictures; either data set may be empty.

    The published test photos, those that no person could name, and the shop's validation shoots
    are learned from by no network. Of the others, each is judged by in one fold of senders.

    Raises:
        DatasetUnavailable: there are photos, of fewer senders than folds.
    """
    shown = [photo for photo in photos if photo.label in CATEGORIES]
    unsure = [photo for photo in photos if photo.label in UNDECIDED]
    known = [place for place, photo in enumerate(shown) if photo.split != "test"]
    folds = np.full(len(shown), NEVER, dtype=np.int64)
    reserved = np.zeros(len(photos) + len(products), dtype=np.bool_)
    if known:
        senders = [shown[place].sender for place in known]
        labels = [shown[place].label for place in known]
        if (count := len(set(senders))) < FOLDS:
            raise DatasetUnavailable(
                f"clothing photos are judged in {FOLDS} folds of senders, and these are of {count}"
            )
        folds[known] = group_folds(senders, labels, FOLDS)
        parts = group_folds(senders, labels, min(FINAL_PARTS, count))
        # A few senders took a tenth of all photos each; the smallest part is without them.
        reserved[np.array(known)[parts == np.bincount(parts).argmin()]] = True
    sides = [IN_ALL if product.split == "train" else NEVER for product in products]
    mine = [*shown, *unsure]
    return Samples(
        paths=(*(photo.path for photo in mine), *(product.path for product in products)),
        kinds=np.array(
            [of_photo(photo.label) for photo in mine]
            + [of_product(product.article_type, product.gender) for product in products]
        ).reshape(-1, len(LEAVES)),
        colours=np.array(
            [np.zeros(len(COLOURS), dtype=np.bool_) for _ in mine]
            + [of_shop(product.base_colour) for product in products]
        ).reshape(-1, len(COLOURS)),
        groups=(*(photo.sender for photo in mine), *(product.shoot for product in products)),
        folds=np.array([*folds, *[NEVER] * len(unsure), *sides], dtype=np.int64),
        reserved=reserved,
        is_product=np.array([False] * len(mine) + [True] * len(products), dtype=np.bool_),
        labels=(*(p.label for p in mine), *(p.article_type for p in products)),
    )


def cut_all(samples: Samples, file: Path | None, bars: Bars) -> Cuts:
    """Cut every garment out of its photo; what was cut is kept in `file`, where one is named."""
    if file is not None and file.exists():
        with np.load(file) as kept:
            if str(kept["digest"]) == samples.digest():
                return Cuts(kept["covers"], kept["found"], kept["tones"])
    covers = np.zeros((len(samples), HEIGHT, WIDTH), dtype=np.uint8)
    found = np.zeros(len(samples), dtype=np.bool_)
    tones = np.zeros((len(samples), len(tone_centres())), dtype=np.float32)
    cv2.setNumThreads(1)  # the photos are cut side by side

    def one(place: int) -> None:
        photo = open_photo(samples.paths[place].read_bytes())
        cover = cut_out(photo)
        if cover is not None:
            found[place], covers[place] = True, cover
            tones[place] = tone_shares(photo.pixels, cover)

    with ThreadPoolExecutor(_THREADS) as pool:
        for place, _ in enumerate(pool.map(one, range(len(samples)))):
            if place % 50 == 0 or place == len(samples) - 1:
                bars("cut-outs")(place + 1, len(samples), "cutting garments out")
    if file is None:
        return Cuts(covers, found, tones)
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_suffix(".part")
    with beside.open("wb") as opened:
        np.savez_compressed(
            opened, covers=covers, found=found, tones=tones, digest=np.array(samples.digest())
        )
    os.replace(beside, file)
    return Cuts(covers, found, tones)


def tone_shares(pixels: npt.NDArray[np.uint8], cover: Cover) -> Vectors:
    """Share a garment's pixels among the tones near them, as the network does: `(tones,)`."""
    small = cv2.resize(pixels, (WIDTH // 3, HEIGHT // 3), interpolation=cv2.INTER_AREA)
    inside = cv2.resize(cover, (WIDTH // 3, HEIGHT // 3), interpolation=cv2.INTER_AREA) > 200
    if not inside.any():
        inside[:] = True
    lab = cv2.cvtColor(small.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)[inside]
    apart = ((lab[:, None, :] - tone_centres()[None]) ** 2).sum(axis=2)
    weights = np.exp(-(apart - apart.min(axis=1, keepdims=True)) / (2 * TONE_SPREAD**2))
    shares: Vectors = (weights / weights.sum(axis=1, keepdims=True)).mean(axis=0).astype(np.float32)
    return shares
