"""The batches of a training of blocks: portions of the pictures, mixed, now and then blended."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import numpy.typing as npt

from embeddings.types import Ids, Vectors
from training.recipes.garments.pictures.kept_views import UNKNOWN, KeptViews
from training.views.balance import draw_order

_BACKGROUND = 25  # of 254: a place with less of a garment is ground


@dataclass(frozen=True, slots=True)
class TrunkConfig:
    """What decides a training of the late blocks, apart from the pictures."""

    epochs: int = 5
    batch_size: int = 48
    learning_rate: float = 4e-4
    weight_decay: float = 1e-3
    balance: float = 0.35
    smoothing: float = 0.0  # of the kinds
    blended: float = 0.0  # of the batches
    colour: float = 0.5  # weights of the losses beside that of the kind
    tones: float = 0.2
    attention: float = 0.3
    seed: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Portion:
    """Some of the pictures that an epoch shows, and what is known of each."""

    views: KeptViews
    rows: Ids  # places in the views to learn from
    each: int  # how many are shown in an epoch
    names: Sequence[str]  # of each place: what it is balanced by
    kinds: npt.NDArray[np.bool_]  # of each place
    colours: npt.NDArray[np.bool_]
    tones: Vectors
    whole: npt.NDArray[np.bool_]  # of each place: its cover is the garment, not a dressed person


class PortionBatches(keras.utils.PyDataset):  # type: ignore[misc]
    """Gives `({trunk, sides}, truths)` out of several portions, well mixed."""

    def __init__(self, portions: Sequence[Portion], config: TrunkConfig, epoch: int) -> None:
        super().__init__()
        self._portions, self._config, self._epoch = portions, config, epoch
        rng = np.random.default_rng([config.seed, epoch, 7])
        drawn = [
            np.stack(
                [
                    np.full(portion.each, number),
                    _draw(portion, config, epoch),
                    rng.integers(0, portion.views.views, portion.each),
                ]
            )
            for number, portion in enumerate(portions)
            if portion.each
        ]
        every = np.concatenate(drawn, axis=1)
        self._order = every[:, rng.permutation(every.shape[1])]

    def __len__(self) -> int:
        return max(1, int(self._order.shape[1]) // self._config.batch_size)

    def __getitem__(self, place: int) -> tuple[tuple[Vectors, ...], dict[str, Any]]:
        part = slice(place * self._config.batch_size, (place + 1) * self._config.batch_size)
        batch = [self._one(*each) for each in self._order[:, part].T]
        maps = tuple(
            np.stack([each[name] for each in batch]).astype(np.float32)
            for name in ("trunk", "sides")
        )
        truths = {
            name: np.stack([each[name] for each in batch]).astype(np.float32)
            for name in ("kinds", "colours", "tones", "cover", "counted")
        }
        rng = np.random.default_rng([self._config.seed, self._epoch, place, 11])
        share = rng.beta(0.4, 0.4) if rng.random() < self._config.blended else 1.0
        return blend_batch(maps, truths, share)

    def _one(self, number: int, row: int, view: int) -> dict[str, Any]:
        portion = self._portions[number]
        cover = portion.views.covers[row, view]
        counted = cover != UNKNOWN
        if not portion.whole[row]:
            counted &= cover < _BACKGROUND
        return {
            "trunk": portion.views.trunk[row, view],
            "sides": portion.views.sides[row, view],
            "kinds": portion.kinds[row],
            "colours": portion.colours[row],
            "tones": portion.tones[row],
            "cover": np.where(counted, cover / (UNKNOWN - 1), 0.0),
            "counted": counted,
        }


def blend_batch(
    maps: tuple[Vectors, ...], truths: dict[str, Any], share: float
) -> tuple[tuple[Vectors, ...], dict[str, Any]]:
    """Blend each place's maps with another's, and say of both what they are; share 1: neither.

    Verma et al.: manifold mixup, https://arxiv.org/abs/1806.05236.
    """
    told = dict(truths)
    for name in ("kinds", "colours"):
        told[f"other_{name}"] = truths[name][::-1]
    told["share"] = np.full(len(truths["kinds"]), share, dtype=np.float32)
    if share == 1.0:
        return maps, told
    told["counted"] = np.zeros_like(truths["counted"])  # two garments lie there
    # Tones are shares of a garment: two known garments' are blended as the pictures are.
    known = truths["tones"].any(axis=1) & truths["tones"][::-1].any(axis=1)
    blended = share * truths["tones"] + (1 - share) * truths["tones"][::-1]
    told["tones"] = np.where(known[:, None], blended, 0.0).astype(np.float32)
    mixed = tuple((share * each + (1 - share) * each[::-1]).astype(np.float32) for each in maps)
    return mixed, told


def _draw(portion: Portion, config: TrunkConfig, epoch: int) -> Ids:
    """Choose an epoch's rows, rare names more often than they come."""
    _, labels = np.unique([portion.names[row] for row in portion.rows], return_inverse=True)
    rounds = -(-portion.each // len(portion.rows))
    orders = [
        draw_order(labels, config.balance, [config.seed, epoch, lap]) for lap in range(rounds)
    ]
    return portion.rows[np.concatenate(orders)[: portion.each]]
