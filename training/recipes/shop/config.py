"""The settings of a training on a shop's own photos, kept in its run's folder."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from training.data.photo_file import place_of, size_of
from training.data.shop_photos import ShopPhoto
from training.errors import BadRun

SHOP_FILE = "shop.json"


@dataclass(frozen=True, slots=True)
class ShopConfig:
    """All that decides what a training gives, together with the photos and the start."""

    start: str  # fingerprint of the bundle to train on from
    photos: str  # what `fingerprint_of` gives for the photos
    quick: bool = False  # only new categories over still embeddings: seconds
    epochs: int = 10
    batch_size: int = 16
    learning_rate: float = 1e-4
    balance: float = 0.5  # 0: photos as they come, 1: every category equally often
    frozen: float = 0.5  # share of the blocks, from the picture on, that stay as they are
    kept: float = 1 / 3  # share of the start in the weights that are kept
    held_out: float = 0.2  # share of the photos
    patience: int = 4  # epochs without a lower held-out loss before it stops
    seed: int = 0

    def __post_init__(self) -> None:
        rules = {
            "epochs is at least 1": self.epochs >= 1,
            "batch_size is at least 2": self.batch_size >= 2,
            "learning_rate is above 0": self.learning_rate > 0,
            "balance lies within 0..1": 0 <= self.balance <= 1,
            "frozen lies within 0..1": 0 <= self.frozen <= 1,
            "kept lies within 0..1, below 1": 0 <= self.kept < 1,
            "held_out lies within 0.05..0.5": 0.05 <= self.held_out <= 0.5,
            "patience is at least 1": self.patience >= 1,
        }
        for rule, kept in rules.items():
            if not kept:
                raise ValueError(f"the rule '{rule}' is broken by {self}")


def fingerprint_of(photos: Sequence[ShopPhoto]) -> str:
    """Return what tells apart sets of photos by their places, categories, groups and sizes."""
    rows = [
        (place_of(photo.path), photo.label, photo.group, size_of(photo.path)) for photo in photos
    ]
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()


def is_shop_run(folder: Path) -> bool:
    """Return whether a folder holds a training on a shop's own photos."""
    return (folder / SHOP_FILE).is_file()


def write_shop_config(config: ShopConfig, folder: Path) -> None:
    """Write the settings into a run's folder."""
    text = json.dumps(asdict(config), indent=2) + "\n"
    (folder / SHOP_FILE).write_text(text, encoding="utf-8")


def read_shop_config(folder: Path) -> ShopConfig:
    """Read the settings of a run's folder. Raises: BadRun."""
    try:
        told = json.loads((folder / SHOP_FILE).read_text(encoding="utf-8"))
        known = {field.name for field in fields(ShopConfig)}
        return ShopConfig(**{name: value for name, value in told.items() if name in known})
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise BadRun(f"{folder / SHOP_FILE} cannot be read: {error}") from error
