"""Cuts a data set into folds by group, so that nobody's photos are on both sides."""

from collections.abc import Sequence

import numpy as np

from embeddings.types import Ids


def group_folds(groups: Sequence[str], labels: Sequence[str], folds: int = 3, seed: int = 0) -> Ids:
    """Return the fold of each photo, `(n,)`, 0 to `folds - 1`: all of one group share one.

    The groups go in from the largest to the smallest, each to the fold where it leaves the labels
    spread most evenly, so every fold gets about its share of every label.

    Raises:
        ValueError: there are fewer groups than folds.
    """
    names, group_of = np.unique(np.asarray(groups), return_inverse=True)
    kinds, kind_of = np.unique(np.asarray(labels), return_inverse=True)
    if not 2 <= folds <= len(names):
        raise ValueError(
            f"{len(names)} groups cannot fill {folds} folds: 2 folds at least, one each"
        )
    counts = np.zeros((len(names), len(kinds)))
    np.add.at(counts, (group_of, kind_of), 1)
    # In shares of a label, so that a rare one weighs as much as a common one.
    shares = np.concatenate([counts / counts.sum(0), counts.sum(1, keepdims=True) / len(labels)], 1)
    shuffled = np.random.default_rng(seed).permutation(len(names))
    held = np.zeros((folds, shares.shape[1]))
    fold_of_group = np.zeros(len(names), dtype=np.int64)
    for group in shuffled[np.argsort(-counts.sum(1)[shuffled], kind="stable")]:
        # Adding s to h raises the sum of squares by 2 h s + s²; the last term is the same anywhere.
        fold = int(np.argmin(held @ shares[group]))
        held[fold] += shares[group]
        fold_of_group[group] = fold
    return fold_of_group[group_of]
