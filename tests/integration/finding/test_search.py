"""Searches over a real catalogue, compared with what can be worked out by hand or by numpy."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.errors import UnknownProduct
from catalog.filters import Filters
from embeddings.reading.verdict import Verdict
from service.errors import ExpiredSearch
from service.finding.like_product import find_like_product
from service.finding.search import find_like_reading, find_similar
from service.stock.changing import label_product, remove_products
from service.stock.record import record_batch
from tests.fakes import plain_photo
from tests.shop import colour_of, product

RED = plain_photo((250, 10, 10))


def skus(result):
    return [hit.product.sku for hit in result.hits]


def test_a_photo_of_a_product_finds_that_product_first(filled):
    photo = plain_photo(colour_of("green", 4))

    found = find_similar(photo, Filters(), 1, 5, services=filled)

    assert skus(found)[0] == "GREEN-04"
    assert found.hits[0].cosine == pytest.approx(1, abs=1e-6)
    assert found.verdict is Verdict.MATCH
    assert found.category.label == "green"
    assert (found.total, found.pages, found.page) == (36, 8, 1)
    assert set(found.timing_ms) == {"encode", "search", "load"}


def test_a_card_tells_what_a_list_shows(filled):
    [hit] = find_similar(RED, Filters(), 1, 1, services=filled).hits

    card: Any = hit.product  # gives each fact as an attribute, which no type names

    assert (card.sku, card.title, card.category) == ("RED-00", "Red shirt 0", "red")
    assert (card.price_cents, card.currency, card.stock, card.url) == (1000, "EUR", 1, None)
    assert card.digest in filled.store


def test_scores_fall_and_stay_probabilities(filled):
    found = find_similar(RED, Filters(), 1, 36, services=filled)

    scores = [hit.score for hit in found.hits]

    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


def test_all_pages_together_are_the_whole_answer_once(filled):
    whole = find_similar(RED, Filters(), 1, 36, services=filled)

    pages = [find_similar(RED, Filters(), page, 7, services=filled) for page in range(1, 8)]

    assert [sku for page in pages for sku in skus(page)] == skus(whole)
    assert {page.total for page in pages} == {36}
    assert skus(pages[5]) != []
    assert skus(pages[6]) == []


def test_a_page_far_beyond_the_end_is_empty_and_knows_the_total(filled):
    found = find_similar(RED, Filters(category="blue"), 10**18, 24, services=filled)

    assert (found.hits, found.total, found.pages) == ((), 12, 1)


def test_a_filtered_search_gives_as_many_as_there_are(filled):
    wanted = Filters(category="blue", in_stock=True)

    found = find_similar(RED, wanted, 1, 24, services=filled)

    assert set(skus(found)) == {f"BLUE-{shade:02}" for shade in range(0, 12, 2)}
    assert found.total == 6


def test_filters_do_not_make_a_photo_less_of_a_match(filled):
    found = find_similar(RED, Filters(category="no such"), 1, 5, services=filled)

    assert (found.verdict, found.total) == (Verdict.MATCH, 0)


def test_an_empty_catalogue_answers(services):
    found = find_similar(RED, Filters(), 1, 5, services=services)

    assert (found.hits, found.total) == ((), 0)
    assert found.verdict is Verdict.NO_CLOSE_MATCH
    assert services.index.drift() == 0


def test_a_product_with_several_photos_comes_once_by_its_best(services):
    red, blue, dark = (250, 10, 10), (10, 10, 250), (60, 10, 10)
    items = [
        product(services, "MANY", blue, red, (245, 12, 12), (240, 14, 14)),
        product(services, "ONE", dark),
        product(services, "TWO", (10, 250, 10), blue),
    ]
    record_batch(items, services=services)

    found = find_similar(plain_photo(red), Filters(), 1, 2, services=services)
    rest = find_similar(plain_photo(red), Filters(), 2, 2, services=services)

    assert skus(found) + skus(rest) == ["MANY", "ONE", "TWO"]
    assert found.total == 3
    assert found.hits[0].product.digest == items[0].photos[1].photo_digest


def test_a_persons_category_is_what_filters_look_at(filled):
    label_product("BLUE-00", "red", services=filled)

    found = find_similar(RED, Filters(category="red"), 1, 24, services=filled)

    assert "BLUE-00" in skus(found)
    assert found.total == 13


def test_a_remembered_reading_pages_on_like_the_photo(filled):
    first = find_similar(RED, Filters(), 1, 6, services=filled)

    second = find_like_reading(
        first.reading, Filters(), 2, 6, services=filled, fingerprint=first.fingerprint
    )

    assert skus(second) == skus(find_similar(RED, Filters(), 2, 6, services=filled))
    assert second.verdict == first.verdict


def test_a_reading_of_another_model_is_refused(filled):
    first = find_similar(RED, Filters(), 1, 6, services=filled)

    with pytest.raises(ExpiredSearch):
        find_like_reading(first.reading, Filters(), 2, 6, services=filled, fingerprint="other")


def test_more_like_a_product_leaves_it_out(filled):
    found = find_like_product("RED-05", Filters(), 1, 35, services=filled)

    assert "RED-05" not in skus(found)
    assert (len(found.hits), found.total) == (35, 35)
    assert set(skus(found)[:2]) == {"RED-04", "RED-06"}
    assert (found.verdict, found.category) == (None, None)


def test_more_like_a_product_that_the_filters_leave_out_counts_truly(filled):
    found = find_like_product("RED-05", Filters(category="blue"), 1, 24, services=filled)

    assert (len(found.hits), found.total) == (12, 12)


def test_nothing_is_like_a_product_without_a_photo(services):
    record_batch([product(services, "BARE"), product(services, "A", (9, 9, 9))], services=services)

    found = find_like_product("BARE", Filters(), 1, 24, services=services)

    assert (found.hits, found.total) == ((), 0)


@pytest.mark.parametrize("sku", ["", "red-000", "nobody", "\ud800", "RED-00' OR 1=1 --"])
def test_an_unknown_sku_is_named(filled, sku):
    with pytest.raises(UnknownProduct):
        find_like_product(sku, Filters(), 1, 24, services=filled)


def test_what_was_removed_is_not_found(filled):
    find_similar(RED, Filters(), 1, 5, services=filled)

    remove_products(["RED-00", "RED-01"], services=filled)

    found = find_similar(RED, Filters(), 1, 36, services=filled)
    assert not {"RED-00", "RED-01"} & set(skus(found))
    assert (len(found.hits), found.total) == (34, 34)


@settings(max_examples=40)
@given(
    shades=st.lists(
        st.lists(st.tuples(*[st.integers(0, 255)] * 3), min_size=1, max_size=3),
        min_size=1,
        max_size=8,
    ),
    asked=st.tuples(*[st.integers(0, 255)] * 3),
    per_page=st.integers(1, 5),
)
def test_the_order_is_that_of_the_best_cosine_of_each_product(services, shades, asked, per_page):
    skus_before = [f"P{number}" for number in range(8)]
    remove_products(skus_before, services=services)
    items = [product(services, f"P{n}", *colours) for n, colours in enumerate(shades)]
    record_batch(items, services=services)
    [reading] = services.encoder.read([plain_photo(asked)])

    pages = -(-len(shades) // per_page)
    found = [
        hit
        for page in range(1, pages + 1)
        for hit in find_like_reading(reading, Filters(), page, per_page, services=services).hits
    ]

    best = {item.sku: max(_cosine(reading, p) for p in item.photos) for item in items}
    assert {hit.product.sku for hit in found} == best.keys()
    assert len(found) == len(best)
    cosines = [best[hit.product.sku] for hit in found]
    assert cosines == pytest.approx(sorted(cosines, reverse=True), abs=1e-6)
    assert [hit.cosine for hit in found] == pytest.approx(cosines, abs=1e-6)


def _cosine(reading, photo):
    held = np.frombuffer(photo.reading.embedding, dtype="<f4")
    return float(np.dot(reading.embedding, held))
