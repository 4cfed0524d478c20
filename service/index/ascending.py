"""Sets of ids as ascending arrays: a few are looked up, or exchanged, among very many."""

import numpy as np
import numpy.typing as npt

from embeddings.types import Ids


def which_held(asked: Ids, ids: Ids) -> npt.NDArray[np.bool_]:
    """Return for each id asked about `(m,)`, whether ascending `ids` `(n,)` hold it."""
    places = np.searchsorted(ids, asked)
    held: npt.NDArray[np.bool_] = places < len(ids)
    held[held] = ids[places[held]] == asked[held]
    return held


def exchanged(ids: Ids, gone: Ids, come: Ids) -> Ids:
    """Take `gone` out of ascending ids and put `come` in, both ascending and each id once.

    What comes is among what goes, or was not there. Gives the very same array if nothing differs.
    """
    leaving = gone[which_held(gone, ids)]
    if np.array_equal(leaving, come):
        return ids
    rest = np.delete(ids, np.searchsorted(ids, leaving))
    return np.insert(rest, np.searchsorted(rest, come), come)
