"""Light augmentation: a mirror image and a shift by a few pixels, over whole batches at once."""

import numpy as np
import numpy.typing as npt

from embeddings.types import Pixels


class Shifter:
    """Gives any picture of a set moved by up to `shift` pixels and mirrored.

    The views are numbered: `view = (flipped * span + down) * span + right`, where
    `span = 2 * shift + 1`.
    """

    def __init__(self, images: Pixels, shift: int) -> None:
        """Hold `images` `(n, height, width, channels)`; a moved picture's edge is filled with 0."""
        self.span = 2 * shift + 1
        self.num_views = 2 * self.span * self.span
        padding = ((0, 0), (shift, shift), (shift, shift), (0, 0))
        padded = np.pad(images, padding)
        # (n, span, span, channels, height, width): windows onto one copy, nothing is multiplied.
        self._windows = np.lib.stride_tricks.sliding_window_view(
            padded, images.shape[1:3], axis=(1, 2)
        )

    def take(self, rows: npt.NDArray[np.int64], views: npt.NDArray[np.int64]) -> Pixels:
        """Return pictures `(len(rows), height, width, channels)`, each in its numbered view."""
        flipped, place = np.divmod(views, self.span * self.span)
        down, right = np.divmod(place, self.span)
        moved = np.moveaxis(self._windows[rows, down, right], 1, -1)
        moved = np.where(flipped[:, None, None, None] == 1, moved[:, :, ::-1], moved)
        return np.ascontiguousarray(moved)
