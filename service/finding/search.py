"""Finds the products that look like a photo, or like a reading of one."""

from dataclasses import dataclass, replace
from time import perf_counter

from catalog.filters import Filters
from embeddings.model.weights import Weight
from embeddings.reading.verdict import Verdict, judge, name_category, name_colour
from embeddings.types import Photo, Reading
from service.database.sessions import ReadView
from service.errors import ExpiredSearch
from service.finding.hits import load_hits
from service.finding.ranking import Ranking
from service.finding.results import SearchResult
from service.finding.weighing import weigh_as_asked
from service.index.view import View
from service.timing import ms_since
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
    return PhotoRead(reading, model.fingerprint, {"encode": ms_since(start)})


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
    asked = weigh_as_asked(reading.embedding, view, weight)
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
        timing_ms={"search": (searched - start) * 1000, "load": ms_since(searched)},
    )
