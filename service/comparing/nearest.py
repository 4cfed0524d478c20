"""What an index finds nearest to photos of the catalogue itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from catalog.compared import ComparedPhoto
from catalog.filters import Filters
from service.database.sessions import ReadView
from service.finding.ranking import Ranking
from service.index.view import View

NEAREST = 10  # products: about what a shopper looks at


@dataclass(frozen=True, slots=True)
class Nearest:
    """What is nearest to one photo."""

    photos: tuple[int, ...]  # the best photo of each of the nearest other products
    sibling_first: bool  # the nearest other photo shows the same product
    sibling_found: bool  # one of the nearest photos does


def nearest_products(
    look: ReadView,
    view: View,
    asked: Sequence[ComparedPhoto],
    families: Mapping[int, Sequence[int]],
) -> list[Nearest]:
    """Look up each photo asked about; `families` are the ids of every product's photos."""
    found = []
    for photo in asked:
        family = families[photo.product_id]
        [vector] = view.index.vectors(np.array([photo.id], dtype=np.int64))
        near = view.index.search(vector, NEAREST + 1)
        others = [each.id for each in near if each.id != photo.id][:NEAREST]
        without = np.array(family, dtype=np.int64)
        page = Ranking(look, view, Filters(), vector, without).page(1, NEAREST)
        found.append(
            Nearest(
                photos=tuple(each.id for each in page),
                sibling_first=bool(others) and others[0] in family,
                sibling_found=any(each in family for each in others),
            )
        )
    return found
