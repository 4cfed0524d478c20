"""What every way to teach a network a shop's categories is given, and what it gives."""

from dataclasses import dataclass
from pathlib import Path

import keras

from embeddings.model.bundle import Bundle
from training.data.framed import FramedPhotos
from training.networks.predict import Answers
from training.progress import Bars
from training.recipes.shop.config import ShopConfig
from training.recipes.shop.judging import ShopJudgement
from training.recipes.shop.sides import Sides


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """A shop's photos, and the network that is to learn its categories."""

    network: keras.Model
    start: Bundle  # that the network is of
    sides: Sides
    framed: FramedPhotos
    read: Answers  # what the starting bundle says of all photos, in order
    config: ShopConfig
    folder: Path  # for what an interrupted training goes on from, and the history
    others_per_kind: int  # pictures of what is no garment, of each kind
    bars: Bars


@dataclass(frozen=True, slots=True, eq=False)
class Learned:
    """A network that knows the shop's categories, and all that a bundle needs besides."""

    network: keras.Model
    judgement: ShopJudgement
    notes: tuple[str, ...]  # sentences on how it was taught
