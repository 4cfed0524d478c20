"""Products in the order of their likeness, each once, or one a style, by its best photo."""

from collections.abc import Sequence

import numpy as np

from catalog.filters import Filters
from embeddings.search.selection import And, Not, Only
from embeddings.types import Ids, Neighbor, Vectors
from service.database.sessions import ReadView
from service.finding.results import last_page
from service.index.ascending import which_held
from service.index.styles import Styles
from service.index.view import View

NO_PHOTOS: Ids = np.empty(0, dtype=np.int64)


class Ranking:
    """The products that satisfy some filters, the likest to a vector first."""

    def __init__(
        self,
        look: ReadView,
        view: View,
        wanted: Filters,
        vector: Vectors,
        without: Ids = NO_PHOTOS,
        *,
        one_per_style: bool = False,
    ) -> None:
        """Rank by likeness to `vector` `(dim,)`, leaving out the product of photos `without`.

        With `one_per_style` a style comes once, by the nearest photo of its variants that satisfy
        the filters, and `without` are the photos of a whole style.
        """
        self._view = view
        self._vector = vector
        self._scope = view.scope(look, wanted)
        self._styles = view.styles(look) if one_per_style else Styles()
        self._all = view.count_styles(self._scope, wanted, self._styles)
        self._one_each = self._scope.photos == self._all
        allowed = self._scope.allowed
        held = view.owners.photos if allowed is None else allowed
        self._without = without[which_held(without, held)]
        self._photos = self._scope.photos - len(self._without)
        self._where = self._scope.where
        if len(self._without):
            self._where = And((self._where, Not(Only(self._without))))
        self.best: Sequence[Neighbor] = ()  # the nearest of all, once a page was asked for

    @property
    def total(self) -> int:
        """How many products, or styles, there are over all pages."""
        return self._all - bool(len(self._without))

    @property
    def products(self) -> int:
        """How many products those are, with all variants."""
        return self._scope.products - len(np.unique(self._view.owners.of(self._without)))

    def page(self, page: int, per_page: int) -> Sequence[Neighbor]:
        """Return the best photo of each product, or style, on a page (from 1), in their order."""
        first = (page - 1) * per_page
        last = min(first + per_page, self.total)
        if first >= last or page > last_page(self.total, per_page):
            return []
        # As many as they take in the mean: of some there are more among the nearest.
        photos = min(-(-last * self._photos // self.total), self._photos)
        while True:
            neighbors = self._view.index.search(self._vector, photos, self._where)
            self.best = neighbors[:1]
            found = self._distinct(neighbors)
            if len(found) >= last or photos >= self._photos:
                return found[first:last]
            photos = min(2 * photos, self._photos)  # some products came several times

    def _distinct(self, neighbors: Sequence[Neighbor]) -> list[Neighbor]:
        if self._one_each:
            return list(neighbors)
        ids = np.fromiter((each.id for each in neighbors), dtype=np.int64, count=len(neighbors))
        standing = self._styles.of(self._view.owners.of(ids))
        _, firsts = np.unique(standing, return_index=True)
        return [neighbors[place] for place in np.sort(firsts).tolist()]
