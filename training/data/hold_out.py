"""Which of a shop's photos are held out: whole groups, with a share of every category."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from training.data.folds import group_folds
from training.errors import BadData

Mask = npt.NDArray[np.bool_]


def hold_out(groups: Sequence[str], labels: Sequence[str], share: float, seed: int) -> Mask:
    """Choose about `share` of the photos `(n,)` to hold out; every label keeps some to fit on.

    Of the folds that could be held out, the one that shows the most labels is taken.

    Raises:
        BadData: the groups leave nothing to hold out.
    """
    named, grouped = np.asarray(labels), np.asarray(groups)
    count = min(max(2, round(1 / share)), len(np.unique(grouped)))
    if count < 2:
        raise BadData("all photos belong to one group: nothing can be held out from training")
    folds = group_folds(groups, labels, count, seed)
    masks = [_leave_some_of_each(folds == fold, grouped, named) for fold in range(count)]
    held = max(masks, key=lambda mask: (len(np.unique(named[mask])), -abs(mask.mean() - share)))
    if not held.any():
        raise BadData(
            "each category's photos belong to one group, so none can be held out from training: "
            "give a group only to photos that show the same product or were taken together"
        )
    return held


def _leave_some_of_each(held: Mask, groups: npt.NDArray[np.str_], labels: object) -> Mask:
    """Give back whole groups until every label has a photo to fit on."""
    named = np.asarray(labels)
    held = held.copy()
    for label in np.unique(named):
        if held[named == label].all():
            first = groups[np.flatnonzero(named == label)[0]]
            held[groups == first] = False
    return held
