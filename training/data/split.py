"""Which training pictures are held out: to choose by, to stop by and to calibrate on."""

from dataclasses import dataclass

import numpy as np

from embeddings.types import Ids, Pixels

# Fixed for good: figures of two runs compare only over the same held-out pictures.
SPLIT_SEED = 0


@dataclass(frozen=True, slots=True, eq=False)
class FitData:
    """What a network is fitted on and what it is chosen by."""

    images: Pixels  # (n, height, width, channels)
    labels: Ids  # (n,)
    held_out_images: Pixels  # (m, height, width, channels)
    held_out_labels: Ids  # (m,)
    names: tuple[str, ...]  # of the labels, in order


def held_out_rows(labels: Ids, per_label: int) -> Ids:
    """Return `per_label` rows of each label, always the same ones, in ascending order."""
    order = np.random.default_rng(SPLIT_SEED).permutation(len(labels))
    shuffled = labels[order]
    return np.sort(
        np.concatenate([order[shuffled == label][:per_label] for label in np.unique(labels)])
    )


def split(images: Pixels, labels: Ids, names: tuple[str, ...], per_label: int) -> FitData:
    """Hold out `per_label` pictures of `(n, h, w[, c])` a label; grey ones gain their channel."""
    pictures = images if images.ndim == 4 else images[..., np.newaxis]
    held = held_out_rows(labels, per_label)
    rest = np.setdiff1d(np.arange(len(labels)), held)
    return FitData(pictures[rest], labels[rest], pictures[held], labels[held], names)
