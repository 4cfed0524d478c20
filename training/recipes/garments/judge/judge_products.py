"""Judges the network that ships on product photos of shoots that no network saw."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from embeddings.types import Ids
from training.judge.figure import Figure
from training.recipes.garments.judge.kinds import named_right, photo_logits
from training.recipes.garments.judge.likeness import ranks, shared
from training.recipes.garments.judge.readings import Readings
from training.recipes.garments.network.colours import COLOURS
from training.recipes.garments.network.leaves import at_photos_depth
from training.recipes.garments.pictures.samples import Samples
from training.recipes.photos.figures import sender_share


@dataclass(frozen=True, slots=True, eq=False)
class ProductReadings:
    """What the network says of the shop's validation shoots."""

    held: Ids  # places in the samples
    of_held: Readings
    moved: Ids  # those of `held` that were cut out
    of_moved: Readings  # laid on another ground


def judge_products(read: ProductReadings, samples: Samples) -> dict[str, Figure]:
    """Return every figure, with 95 % intervals over shoots."""
    kinds, colours = samples.kinds[read.held], samples.colours[read.held]
    shoots = [samples.groups[place] for place in read.held]
    of = "product photos of unseen shoots"

    def told(title: str, values: npt.NDArray[np.float64], whose: Sequence[str]) -> Figure:
        return Figure.of(title, sender_share([values], [whose]))

    def where(mask: npt.NDArray[np.bool_]) -> list[str]:
        return [shoot for shoot, kept in zip(shoots, mask, strict=True) if kept]

    called = np.array([at_photos_depth(samples.labels[place]) for place in read.held])
    known, worn, coloured = (np.any(each, axis=1) for each in (kinds, called, colours))
    places = np.searchsorted(read.held, read.moved)
    found = ranks(read.of_moved.embeddings, read.of_held.embeddings, places)
    movers = [samples.groups[place] for place in read.moved]
    near = shared(read.of_held.embeddings, [samples.labels[place] for place in read.held], colours)
    colour_right = named_right(read.of_held.colours, colours)
    size = f"{len(read.held):,}"
    perfect = f"of what a perfect order would reach among {size} {of}"
    return {
        "same_product_first": told(
            f"the very product on another ground found first among {size} {of}",
            (found < 1).astype(float), movers,
        ),
        "same_product_ten": told(f"the same, within ten, {of}", (found < 10).astype(float), movers),
        "product_kind": told(
            f"category at the shop's depth, {of}",
            named_right(read.of_held.logits, kinds)[known], where(known),
        ),
        "product_worn": told(
            f"clothes and shoes at the photos' depth, {of}",
            named_right(photo_logits(read.of_held.logits), called)[worn], where(worn),
        ),
        "product_colour": told(
            f"colour among {len(COLOURS)}, {of}", colour_right[coloured], where(coloured)
        ),
        "near_kind": _mean(f"ten most similar share the type, {perfect}", near.kind),
        "near_colour": _mean(f"ten most similar share the colour, {perfect}", near.colour),
        "near_both": _mean(f"ten most similar share both, {perfect}", near.both),
    }  # fmt: skip


def _mean(title: str, values: npt.NDArray[np.float64]) -> Figure:
    return Figure(title, float(values.mean()), len(values))
