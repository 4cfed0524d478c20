"""Whether hits look like the photo: the very garment found again, type and colour shared."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from embeddings.photos.photo import open_photo
from embeddings.types import Ids, Pixels, Vectors
from training.recipes.garments.pictures.drawing import GroundDrawer
from training.recipes.garments.pictures.moved import Moves, lay_on
from training.recipes.garments.pictures.samples import Cuts, Samples

Values = npt.NDArray[np.float64]
_SEED = 1_000_003  # apart from what views to learn from are drawn by
# Turned, smaller, in other light; never cut off, as a shopper would not cut it off.
ASKED = Moves(filled=(0.55, 0.9), laid_degrees=15, quarter_turn=0.0, shift=0.05)


def laid_elsewhere(
    samples: Samples, cuts: Cuts, rows: Ids, side: tuple[int, int]
) -> Iterator[Pixels]:
    """Draw each garment once, cut out and laid on another ground, with another seed."""
    grounds = GroundDrawer(samples, cuts, side)
    for row in rows:
        rng = np.random.default_rng([_SEED, row])
        photo = open_photo(samples.paths[row].read_bytes()).pixels
        yield lay_on(photo, cuts.covers[row], grounds.draw(int(row), rng), ASKED, rng).pixels


def ranks(queries: Vectors, gallery: Vectors, right: Ids) -> Ids:
    """Return how many of the gallery lie nearer to each query than its own `right` row: `(n,)`."""
    cosines = queries @ gallery.T
    own = cosines[np.arange(len(queries)), right]
    nearer: Ids = (cosines > own[:, None]).sum(axis=1)
    return nearer


@dataclass(frozen=True, slots=True, eq=False)
class Shared:
    """How much of a perfect order's share the ten nearest of each picture reach, `(n,)` each."""

    kind: Values
    colour: Values
    both: Values


def shared(
    embeddings: Vectors, kinds: Sequence[str], colours: npt.NDArray[np.bool_], count: int = 10
) -> Shared:
    """Ask for each picture among all others.

    A perfect order shows those that share first; where there are fewer than ten, it cannot show
    more. Pictures that nothing else shares with are left out.
    """
    _, kind = np.unique(np.asarray(kinds), return_inverse=True)
    cosines = embeddings @ embeddings.T
    np.fill_diagonal(cosines, -np.inf)
    nearest = np.argsort(-cosines, axis=1)[:, :count]
    same_kind = kind[:, None] == kind[None]
    same_colour = (colours.astype(np.int64) @ colours.T.astype(np.int64)) > 0
    found = []
    for same in (same_kind, same_colour, same_kind & same_colour):
        np.fill_diagonal(same, False)
        reached = np.take_along_axis(same, nearest, axis=1).sum(axis=1)
        most = np.minimum(same.sum(axis=1), count)
        found.append((reached / np.maximum(most, 1))[most > 0].astype(np.float64))
    return Shared(*found)
