"""Small versions of large pictures, and how the very small ones are best shown."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from embeddings.photos.preview import opened, preview_of
from embeddings.types import PhotoStore

LONGEST_SIDE = 480  # pixels: twice what a card takes, for screens of double density
_SMALL_SIDE = 120  # up to it a picture is enlarged on a page, and must stay crisp
_KEPT = 256  # previews in memory, of about 20 kB each
_DARK = 24  # 0..255: a corner up to it counts as black


@dataclass(frozen=True, slots=True)
class DisplayStyle:
    """How a picture is best shown."""

    small: bool  # enlarged, so its pixels stay sharp squares
    negative: bool  # light on black, as Fashion-MNIST's are; shown turned back to dark on white

    @property
    def classes(self) -> str:
        """The classes of the picture's element."""
        return " ".join(
            name for name, holds in (("small", self.small), ("negative", self.negative)) if holds
        )


class Previews:
    """Makes previews of the pictures in a store; each is made once while it is in demand."""

    def __init__(self, store: PhotoStore) -> None:
        self._store = store
        # A digest's picture never changes, but its file may be lost or damaged: then what was
        # made of it before is forgotten, so that every page says the same.
        self._made = lru_cache(_KEPT)(self._preview)
        self._looked = lru_cache(100_000)(self._look)

    def preview(self, digest: str) -> tuple[bytes, str]:
        """Return a preview and its media type. Raises: MissingPhoto."""
        return self._made(digest, self._store.stamp(digest))

    def look(self, digest: str) -> DisplayStyle:
        """Return how a picture is best shown. Raises: MissingPhoto."""
        return self._looked(digest, self._store.stamp(digest))

    def _preview(self, digest: str, _stamp: tuple[int, int]) -> tuple[bytes, str]:
        return preview_of(self._store, digest, LONGEST_SIDE)

    def _look(self, digest: str, _stamp: tuple[int, int]) -> DisplayStyle:
        with opened(self._store.read_bytes(digest)) as image:
            if max(image.size) > _SMALL_SIDE:
                return DisplayStyle(small=False, negative=False)
            pixels = np.asarray(image.convert("RGB"))
        grey = bool((pixels == pixels[:, :, :1]).all())
        corners = pixels[[0, 0, -1, -1], [0, -1, 0, -1]]
        return DisplayStyle(small=True, negative=grey and bool((corners <= _DARK).all()))
