"""Tries `fit --data` as shops would use it: small sets in words of their own, judged elsewhere."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from embeddings.datasets.product_photos import ProductPhoto
from embeddings.model.rejection import Rejection
from embeddings.types import Ids, Vectors
from training.data.shop_photos import LEAST_PER_LABEL, ShopPhoto
from training.judge.retrieval import precision_at_10
from training.networks.predict import Answers
from training.recipes.shop.carried import carried_rule, garment_scores
from training.recipes.shop.config import ShopConfig
from training.recipes.shop.sides import Sides
from training.recipes.shop.still import Known, teach

SIZES = (200, 1000)  # photos that a shop begins with
DRAWS = 5  # times that shoots are drawn to fit on
LEFT_OUT = {
    "Handbags": "Handbag", "Clutches": "Clutch", "Backpacks": "Backpack", "Kurtas": "Kurta",
    "Ties": "Tie", "Socks": "Socks", "Wallets": "Wallet", "Belts": "Belt", "Watches": "Watch",
    "Sunglasses": "Sunglasses",
}  # fmt: skip
"""Article types, and their leaves, that a head can be fitted without."""
ALSO_UNLEARNED = ("Other Bag",)  # or grey bags would still teach what a bag is
_SPARE = 1.3  # times the photos wanted are in the shoots drawn, for some are left out
_JUDGED_SHOOTS = 2  # at least
_LEAST_SHOWN = 4  # photos of a category that a shop has enough of to give it a name

_COARSE = {
    "Footwear": (
        "Casual Shoes", "Sports Shoes", "Formal Shoes", "Heels", "Flats", "Sandals",
        "Sports Sandals", "Flip Flops",
    ),
    "Shirts and T-shirts": ("Shirts", "Tshirts", "Tops"),
    "Knitwear": ("Sweaters", "Sweatshirts", "Shrug"),
    "Kurtas and tunics": ("Kurtas", "Kurtis", "Tunics"),
    "Bottoms": ("Track Pants", "Trousers", "Jeans", "Shorts", "Capris", "Skirts"),
    "Bags and wallets": ("Handbags", "Backpacks", "Clutches", "Wallets", "Duffel Bag"),
    "Accessories": ("Ties", "Socks", "Caps", "Belts", "Gloves", "Watches", "Mufflers"),
    "Jackets": ("Jackets",),
}  # fmt: skip
_COARSER = {kind: name for name, kinds in _COARSE.items() for kind in kinds}

WORDS: Mapping[str, Callable[[ProductPhoto], str]] = {
    "coarser": lambda photo: _COARSER.get(photo.article_type, ""),
    "its own types": lambda photo: photo.article_type,
    "finer, by whom it is for": lambda photo: f"{photo.gender} {photo.article_type}",
}
"""What a shop may call its products; none at all leaves a product out."""


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """What a starting bundle says of photos, what a shop calls each, and where each is from."""

    known: Known
    names: npt.NDArray[np.str_]  # (n,), '' where the shop has no word for it
    shoots: npt.NDArray[np.str_]  # (n,)
    learned: npt.NDArray[np.bool_] | None = None  # (n,), of shoots that a network learned from


@dataclass(frozen=True, slots=True)
class Trial:
    """What one draw gave; shares are of the judged photos."""

    given: int  # photos, those that the fit held out included
    judged: int
    labels: int
    begun: float  # categories right where it began, and after the fit
    right: float
    near: float  # precision@10 by category among the photos given
    kept: float | None  # taken for garments, by the starting bundle's rule as carried over
    turned_away: float | None  # of other things, by the same; None without a rule


def try_size(
    material: Material, size: int, rule: Rejection | None = None, others: Answers | None = None
) -> list[Trial]:
    """Fit on so many photos and judge on other shoots, some times, each with another draw.

    Without a rule, nobody asks what is turned away.
    """
    return [
        _try(material, *_draw(material, size, draw), draw, rule, others) for draw in range(DRAWS)
    ]


def _draw(material: Material, size: int, draw: int) -> tuple[Ids, Ids]:
    """Draw photos to give and photos to judge by, of shoots apart, in words that both know."""
    rng = np.random.default_rng(draw)
    named = material.names != ""
    shoots = rng.permutation(np.unique(material.shoots))
    if material.learned is not None:
        of_given = material.learned
    else:
        ends = np.cumsum([(named & (material.shoots == shoot)).sum() for shoot in shoots])
        enough = int(np.searchsorted(ends, size * _SPARE)) + 1
        of_given = np.isin(material.shoots, shoots[: min(enough, len(shoots) - _JUDGED_SHOOTS)])
    pool = np.flatnonzero(of_given & named)
    pool = rng.permutation(_of_common(pool, material.names, _LEAST_SHOWN))[:size]
    given = _of_common(pool, material.names, LEAST_PER_LABEL)
    judged = np.flatnonzero(~of_given & np.isin(material.names, material.names[given]))
    return given, judged


def _of_common(rows: Ids, names: npt.NDArray[np.str_], least: int) -> Ids:
    words, counts = np.unique(names[rows], return_counts=True)
    kept: Ids = rows[np.isin(names[rows], words[counts >= least])]
    return kept


def _try(
    material: Material,
    given: Ids,
    judged: Ids,
    draw: int,
    rule: Rejection | None,
    others: Answers | None,
) -> Trial:
    names, known = material.names, material.known
    photos = [ShopPhoto(Path(str(place)), str(names[place]), str(place)) for place in given]
    config = ShopConfig(start="", photos="", seed=draw)
    sides = Sides.of(photos, config)
    shown, asked = known.of(given), known.of(judged)
    taught = teach(shown, sides, balance=config.balance, quick=False)
    right = np.array([sides.labels.index(name) for name in names[judged]])
    kept = turned_away = None
    if rule is not None and others is not None:
        carried = carried_rule(rule, sides.seen(taught.told).fitted)
        scores = garment_scores(Answers(asked.shares, asked.embeddings), carried)
        kept = float((scores >= carried.garment_threshold).mean())
        turned_away = float((garment_scores(others, carried) < carried.garment_threshold).mean())
    near = precision_at_10(asked.embeddings, right, shown.embeddings, sides.numbers, of_few=True)
    return Trial(
        len(given),
        len(judged),
        len(sides.labels),
        _share_right(asked, taught.begun_kernel, right),
        _share_right(asked, taught.kernel, right),
        float(near.mean()),
        kept,
        turned_away,
    )


def _share_right(asked: Known, kernel: Vectors, right: Ids) -> float:
    return float(((asked.kinds @ kernel).argmax(axis=1) == right).mean())
