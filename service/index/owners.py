"""Which product each photo of an index is of, in memory: no search asks the database for it."""

import numpy as np

from embeddings.types import Ids

_FEW = 64  # products; beyond it counting anew is as quick


class Owners:
    """The photos of an index by id, each with its product; a change makes another one."""

    def __init__(self, photos: Ids, products: Ids, count: int | None = None) -> None:
        """Take ids of photos `(n,)`, ascending, and of their products `(n,)`.

        `count` is how many different products they are, where that is known.
        """
        self.photos = photos
        self.products = products
        self.count = len(np.unique(products)) if count is None else count

    def __len__(self) -> int:
        return len(self.photos)

    def of(self, photos: Ids) -> Ids:
        """Return the product of each photo `(n,)`; all must be held."""
        return self.products[np.searchsorted(self.photos, photos)]

    def of_products(self, products: Ids) -> "Owners":
        """Return those photos alone whose product is one of these `(m,)`, each once."""
        wanted = np.isin(self.products, products)
        photos, owners = self.photos[wanted], self.products[wanted]
        # Where each product has one photo, there are as many of these.
        return Owners(photos, owners, len(photos) if self.count == len(self) else None)

    def exchanged(self, gone: Ids, photos: Ids, products: Ids) -> "Owners":
        """Return what is left without `gone`, and with these photos of these products `(n,)`."""
        out = np.isin(self.photos, np.concatenate([gone, photos]))
        touched = np.unique(np.concatenate([self.products[out], products]))
        order = np.argsort(photos)
        rest = self.photos[~out]
        places = np.searchsorted(rest, photos[order])
        owners = np.insert(self.products[~out], places, products[order])
        count = None
        if len(touched) <= _FEW:
            count = self.count - _held(touched, self.products) + _held(touched, owners)
        return Owners(np.insert(rest, places, photos[order]), owners, count)


def _held(products: Ids, owners: Ids) -> int:
    """Count which of a few products own anything."""
    return sum(bool((owners == product).any()) for product in products.tolist())
