"""Finds the products that look like another product."""

from collections.abc import Sequence
from time import perf_counter

import numpy as np

from catalog import readings, styles
from catalog.damaged_cells import as_text
from catalog.filters import Filters
from catalog.models import Product
from embeddings.model.weights import Weight
from embeddings.types import Ids, Neighbor
from service.database.sessions import ReadView
from service.finding.hits import load_hits
from service.finding.ranking import Ranking
from service.finding.results import SearchResult
from service.finding.weighing import weigh_as_asked
from service.index.rows import vectors_of
from service.stock.meant import product_meant
from service.timing import ms_since
from service.wiring import Services


def find_like_product(
    sku: str,
    wanted: Filters,
    page: int,
    per_page: int,
    *,
    services: Services,
    weight: Weight = Weight.BALANCED,
    one_per_style: bool = False,
) -> SearchResult:
    """Find what looks like the first photo of a product, other than itself.

    With `one_per_style` its own style is left out with it.

    Raises:
        UnknownProduct: no product has that SKU.
    """
    start = perf_counter()
    with services.index.searching() as (look, view):
        product = product_meant(look.session, sku)
        own = _photos_like(look, product, one_per_style)
        rows = readings.first_embedding(look.session, view.model.fingerprint, product.id)
        _, vectors = vectors_of(rows, view.model.dim)
        found: Sequence[Neighbor] = ()
        total = products = 0  # nothing is like a product without a photo
        likest = 1.0
        is_close = False
        if len(vectors):
            vector, likest = weigh_as_asked(vectors[0], view, weight)
            ranking = Ranking(look, view, wanted, vector, without=own, one_per_style=one_per_style)
            found, total = ranking.page(page, per_page), ranking.total
            products = ranking.products
            cosines = [each.cosine / likest for each in ranking.best]
            is_close = max(cosines, default=-1.0) >= view.model.rejection.close_match_cosine
        searched = perf_counter()
        return SearchResult(
            verdict=None,
            is_close=is_close,
            category=None,
            colour=None,
            hits=load_hits(look, view, found, likest, wanted),
            total=total,
            total_products=products,
            page=page,
            per_page=per_page,
            model=view.model.name,
            fingerprint=view.model.fingerprint,
            meaning=view.model.similarity.meaning,
            timing_ms={"search": (searched - start) * 1000, "load": ms_since(searched)},
        )


def _photos_like(look: ReadView, product: Product, one_per_style: bool) -> Ids:
    """Return the photos of a product, or of its whole style."""
    name = as_text(product.folded_style) if one_per_style else None
    if name is None:
        return np.array([photo.id for photo in product.photos], dtype=np.int64)
    return styles.photos_of_style(look.session, name)
