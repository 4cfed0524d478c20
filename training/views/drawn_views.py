"""Views of the training pictures that are drawn once, for teachers and students alike.

A student should be told of the very view that it sees: moved, mirrored and blended
(Beyer et al.: A good teacher is patient and consistent, https://arxiv.org/abs/2106.05237). To ask
large teachers in every epoch of every student costs most of the time of a training. So some epochs'
worth of views are drawn, the teachers are asked of them once, and all students go round these.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from embeddings.types import Ids, Pixels, Vectors
from training.config import FitConfig
from training.views.augment import Shifter

BETA = 0.4  # of the beta distribution that the shares of a blend are drawn from


@dataclass(frozen=True, slots=True)
class ViewPlan:
    """What views are drawn; together with the pictures it decides every pixel of them."""

    epochs: int  # so many views of each picture
    seed: int
    shift: int  # pixels that a picture may move
    mixup: float  # share of the views that are blended with another picture's, 0..1


def plan_of(config: FitConfig) -> ViewPlan:
    """Return what views a student's settings ask for; its own seed is none of them."""
    return ViewPlan(config.view_epochs, config.view_seed, config.shift, config.mixup)


@dataclass(frozen=True, slots=True, eq=False)
class _Epoch:
    """How the views of one epoch are made; place `i` shows picture `i`, blended with another."""

    others: Ids  # (n,) pictures
    views: Ids  # (n, 2), numbered as a `Shifter` does: the picture's and the other's
    shares: Vectors  # (n,) of the picture in the blend


class DrawnViews:
    """The views of a plan, drawn anew whenever they are asked for and always the same."""

    def __init__(self, images: Pixels, plan: ViewPlan) -> None:
        """Hold `images` `(n, height, width, channels)`."""
        self.images = images
        self.plan = plan
        self._shifter = Shifter(images, plan.shift)
        self._drawn = lru_cache(maxsize=1)(self._draw)

    def __len__(self) -> int:
        """Return the number of views in an epoch, one a picture."""
        return len(self.images)

    def take(self, epoch: int, places: Ids) -> Pixels:
        """Return views `(len(places), height, width, channels)` of an epoch, from 0."""
        drawn = self._drawn(epoch)
        first = self._shifter.take(places, drawn.views[places, 0])
        second = self._shifter.take(drawn.others[places], drawn.views[places, 1])
        shares = drawn.shares[places, None, None, None]
        return np.rint(shares * first + (1 - shares) * second).astype(np.uint8)

    def blend(self, epoch: int, places: Ids, targets: Vectors) -> Vectors:
        """Blend the pictures' targets `(n, labels)` as the views: `(len(places), labels)`."""
        drawn = self._drawn(epoch)
        shares = drawn.shares[places, None]
        blended: Vectors = shares * targets[places] + (1 - shares) * targets[drawn.others[places]]
        return blended

    def _draw(self, epoch: int) -> _Epoch:
        rng = np.random.default_rng((self.plan.seed, epoch))
        count = len(self)
        others = rng.permutation(count)  # so each picture is another's blend once
        views = rng.integers(0, self._shifter.num_views, (count, 2))
        shares = rng.beta(BETA, BETA, count)
        shares[rng.random(count) >= self.plan.mixup] = 1
        return _Epoch(others, views, shares.astype(np.float32))
