"""Finds the products that look like a photo, a reading of one, or another product."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from time import perf_counter

import numpy as np

from catalog import readings, styles
from catalog.filters import Filters
from catalog.models import Product
from catalog.sound import as_text
from embeddings.model.weights import Weighed, Weight, weigh
from embeddings.reading.verdict import Verdict, judge, name_category, name_colour
from embeddings.types import Ids, Neighbor, Photo, Reading, Vectors
from service.database.sessions import ReadView
from service.errors import ExpiredSearch
from service.finding.hits import load_hits
from service.finding.ranking import Ranking
from service.finding.results import SearchResult
from service.index.rows import vectors_of
from service.index.view import View
from service.stock.meant import product_meant
from service.wiring import Services


@dataclass(frozen=True, slots=True, eq=False)
class PhotoRead:
    """What the model that answers now read in a photo, and which model that is."""

    reading: Reading
    fingerprint: str
    timing_ms: dict[str, float]  # encode


def read_photo(photo: Photo, *, services: Services) -> PhotoRead:
    """Read a shopper's photo with the model that answers now, whoever promoted it.

    Raises:
        NotReady: the model cannot be opened.
        BadBundle: its network cannot be used.
    """
    start = perf_counter()
    model = services.model
    [reading] = model.encoder.read([photo])
    return PhotoRead(reading, model.fingerprint, {"encode": _ms_since(start)})


def find_similar(
    photo: Photo,
    wanted: Filters,
    page: int,
    per_page: int,
    *,
    services: Services,
    weight: Weight = Weight.BALANCED,
    one_per_style: bool = False,
) -> SearchResult:
    """Name a photo's category and find the products that look most like it.

    Raises:
        NotReady: the model cannot be opened.
        BadBundle: its network cannot be used.
    """
    while True:
        read = read_photo(photo, services=services)
        try:
            found = find_like_reading(
                read.reading,
                wanted,
                page,
                per_page,
                services=services,
                fingerprint=read.fingerprint,
                weight=weight,
                one_per_style=one_per_style,
            )
        except ExpiredSearch:
            continue  # another model was promoted while this one was reading
        return replace(found, timing_ms=read.timing_ms | found.timing_ms)


def find_like_reading(
    reading: Reading,
    wanted: Filters,
    page: int,
    per_page: int,
    *,
    services: Services,
    fingerprint: str | None = None,
    weight: Weight = Weight.BALANCED,
    one_per_style: bool = False,
) -> SearchResult:
    """Find what looks like a photo that was read before, so that paging needs no photo.

    Raises:
        ExpiredSearch: `fingerprint` is not that of the model that answers now.
    """
    start = perf_counter()
    with services.index.searching() as (look, view):
        if fingerprint is not None and fingerprint != view.model.fingerprint:
            raise ExpiredSearch("this search was made with another model: search again")
        return _answer(look, view, reading, wanted, page, per_page, weight, one_per_style, start)


def find_remembered(
    reading: Reading,
    wanted: Filters,
    page: int,
    per_page: int,
    *,
    services: Services,
    fingerprint: str,
    weight: Weight = Weight.BALANCED,
    one_per_style: bool = False,
) -> SearchResult:
    """Find what looks like a photo that was read before, by whichever model that was.

    The photo is not kept, so where another model has been promoted since, what the former one
    read in it is compared with what that one read in the shop's pictures.

    Raises:
        ExpiredSearch: that model cannot answer any more.
    """
    try:
        return find_like_reading(
            reading,
            wanted,
            page,
            per_page,
            services=services,
            fingerprint=fingerprint,
            weight=weight,
            one_per_style=one_per_style,
        )
    except ExpiredSearch:
        start = perf_counter()
        with services.former.searching(fingerprint) as (look, view):
            return _answer(
                look, view, reading, wanted, page, per_page, weight, one_per_style, start
            )


def _answer(
    look: ReadView,
    view: View,
    reading: Reading,
    wanted: Filters,
    page: int,
    per_page: int,
    weight: Weight,
    one_per_style: bool,
    start: float,
) -> SearchResult:
    model = view.model
    asked = _weigh(reading.embedding, view, weight)
    ranking = Ranking(look, view, wanted, asked.vector, one_per_style=one_per_style)
    found = ranking.page(page, per_page)
    # A shopper's price limit makes a shirt no less of a garment, nor does a weight.
    nearest = ranking.best
    if wanted.narrow or weight is not Weight.BALANCED or not nearest:
        nearest = view.index.search(reading.embedding, 1)
    verdict = judge(reading, nearest, model.rejection)
    searched = perf_counter()
    hits = load_hits(look, view, found, asked.own, wanted)
    return SearchResult(
        verdict=verdict,
        is_close=verdict is Verdict.MATCH,
        category=name_category(reading, model.labels),
        colour=name_colour(reading, model.encoder.colours),
        hits=hits,
        total=ranking.total,
        total_products=ranking.products,
        page=page,
        per_page=per_page,
        model=model.name,
        fingerprint=model.fingerprint,
        meaning=model.similarity.meaning,
        reading=reading,
        timing_ms={"search": (searched - start) * 1000, "load": _ms_since(searched)},
    )


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
            vector, likest = _weigh(vectors[0], view, weight)
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
            timing_ms={"search": (searched - start) * 1000, "load": _ms_since(searched)},
        )


def _photos_like(look: ReadView, product: Product, one_per_style: bool) -> Ids:
    """Return the photos of a product, or of its whole style."""
    name = as_text(product.folded_style) if one_per_style else None
    if name is None:
        return np.array([photo.id for photo in product.photos], dtype=np.int64)
    return styles.photos_of_style(look.session, name)


def _weigh(embedding: Vectors, view: View, weight: Weight) -> Weighed:
    """Weigh an embedding as asked for, as far as the model that answers has halves to weigh.

    The wish was looked at by what another model offered, if that one answered until just now.
    """
    offered = weight.value in view.model.halves
    return weigh(embedding, view.model.halves, weight if offered else Weight.BALANCED)


def _ms_since(start: float) -> float:
    return (perf_counter() - start) * 1000
