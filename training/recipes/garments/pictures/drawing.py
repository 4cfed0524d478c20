"""Draws the views of one picture: most as they are, some laid on another ground."""

from collections.abc import Callable

import numpy as np

from embeddings.photos.photo import open_photo
from embeddings.types import Pixels
from training.data.framed import photo_spec
from training.data.studio_articles import show
from training.recipes.garments.pictures.grounds import Rng, drawn, strip_of, tiled
from training.recipes.garments.pictures.kept_views import ViewPlan
from training.recipes.garments.pictures.moved import View, draw_view, lay_on
from training.recipes.garments.pictures.samples import Cuts, Samples

_LAID = 0.5  # how often a garment that was cut out lies on another ground
_LAID_PRODUCT = 0.35  # the same of a shop's, most of which are dressed people
_FOUND_GROUND = 0.65  # of these: on a strip of another photo, else on a drawn ground


class GroundDrawer:
    """Draws a ground for a picture; never of a photo that another fold is judged by."""

    def __init__(self, samples: Samples, cuts: Cuts, side: tuple[int, int]) -> None:
        self._samples, self._cuts, self._side = samples, cuts, side
        known = cuts.found & ~samples.is_product
        self._of_fold = {
            int(fold): np.flatnonzero((samples.folds == fold) & known)
            for fold in np.unique(samples.folds)
        }

    def draw(self, place: int, rng: Rng) -> Pixels:
        """Draw a ground `(height, width, 3)` for the picture at `place`."""
        others = self._of_fold[int(self._samples.folds[place])]
        if len(others) and rng.random() < _FOUND_GROUND:
            other = int(rng.choice(others))
            photo = open_photo(self._samples.paths[other].read_bytes()).pixels
            strip = strip_of(photo, self._cuts.covers[other])
            if strip is not None and other != place:
                return tiled(strip, *self._side, rng)
        return drawn(*self._side, rng)


def view_drawer(samples: Samples, cuts: Cuts, plan: ViewPlan) -> Callable[[int], list[View]]:
    """Return what draws the views of the picture at a place, the same for the same plan."""
    side = (plan.height, plan.width)
    grounds = GroundDrawer(samples, cuts, side)

    def draw(place: int) -> list[View]:
        photo = open_photo(samples.paths[place].read_bytes()).pixels
        cover = cuts.covers[place] if cuts.found[place] else None
        laid = _LAID_PRODUCT if samples.is_product[place] else _LAID
        found = []
        for number in range(plan.views):
            rng = np.random.default_rng([plan.seed, place, number])
            if cover is not None and rng.random() < laid:
                ground = grounds.draw(place, rng)
                found.append(lay_on(photo, cover, ground, plan.moves, rng))
            else:
                found.append(draw_view(photo, cover, side, plan.moves, rng))
        return found

    return draw


def article_drawer(articles: Pixels, plan: ViewPlan) -> Callable[[int], list[View]]:
    """Return what draws a view of a grey article `(28, 28)`: half on white, half on black."""
    spec = photo_spec(plan.height, plan.width)

    def draw(place: int) -> list[View]:
        shown = show(articles[place], place % 2 == 0, spec)
        rngs = (np.random.default_rng([plan.seed, place, number]) for number in range(plan.views))
        return [draw_view(shown, None, (plan.height, plan.width), plan.moves, r) for r in rngs]

    return draw
