"""One hit a style: exact with any filters and pages, and true of this instant."""

import random
from dataclasses import dataclass, replace

import numpy as np
import pytest

from catalog import search_queries
from catalog.filters import Filters
from catalog.words import fold
from service.finding.browse import aisles, product_by_sku, products_page
from service.finding.like_product import find_like_product
from service.finding.search import find_like_reading, find_similar
from service.finding.variants import MOST, variants_of
from service.stock.changing import label_product, remove_products
from service.stock.record import ProductRecord, record_batch
from service.wiring import build_services
from tests.fakes import MeanColourEncoder, plain_photo
from tests.settled import SettledIndexes
from tests.shop import colour_of, product

RED = plain_photo((250, 10, 10))
SPELLINGS = ("Été Tee", "ETE TEE", "ete tee")
DEAR = Filters(min_price_cents=1500)


@dataclass
class Sold:
    """A product as this test knows it."""

    sku: str
    colours: list[tuple[int, int, int]]
    style: str | None
    price: int

    def record(self, services):
        made = product(services, self.sku, *self.colours, price_cents=self.price)
        made.facts["style"] = self.style
        return made

    @property
    def standing(self):
        return self.sku if self.style is None else fold(self.style)


def shop(chance, count):
    """Make products of none to three pictures each, most of them variants of few styles."""
    names = [*SPELLINGS, "Coat", "Boot", "Sock", None, None]
    return [
        Sold(
            f"P-{number:03}",
            [tuple(chance.randrange(256) for _ in range(3)) for _ in range(chance.randrange(4))],
            chance.choice(names),
            chance.randrange(1000, 2000, 100),
        )
        for number in range(count)
    ]


def pages_of(ask, per_page):
    """Give all pages of an answer after one another, and their total."""
    found = ask(1, per_page)
    hits = list(found.hits)
    for page in range(2, found.pages + 1):
        hits += ask(page, per_page).hits
    return hits, found


def best_of(reading, sold, services):
    """Work out the nearest cosine of each style, looking at one product after another."""
    best = {}
    for each in sold:
        for colour in each.colours:
            [other] = services.encoder.read([plain_photo(colour)])
            cosine = float(np.dot(reading.embedding, other.embedding))
            best[each.standing] = max(best.get(each.standing, -1.0), cosine)
    return best


@pytest.fixture(params=[None, SettledIndexes()], ids=["exact", "approximate"])
def any_index(settings, request):
    built = build_services(settings, MeanColourEncoder(), index_kind=request.param)
    yield built
    built.close()


@pytest.mark.parametrize("per_page", [1, 3, 50])
def test_each_style_comes_once_by_its_nearest_photo_with_any_filter(any_index, per_page):
    services, sold = any_index, shop(random.Random(per_page), 40)
    record_batch([each.record(services) for each in sold], services=services)
    [reading] = services.encoder.read([RED])
    by_sku = {each.sku: each for each in sold}

    for wanted in (Filters(), DEAR, Filters(max_price_cents=1100), Filters(min_price_cents=9999)):
        fitting = [
            each
            for each in sold
            if (wanted.min_price_cents or 0) <= each.price <= (wanted.max_price_cents or 10**9)
        ]
        best = best_of(reading, fitting, services)
        hits, found = pages_of(
            lambda page, per_page, wanted=wanted: find_like_reading(
                reading, wanted, page, per_page, services=services, one_per_style=True
            ),
            per_page,
        )

        assert found.total == len(best)
        assert found.total_products == sum(bool(each.colours) for each in fitting)
        assert {by_sku[hit.product.sku].standing for hit in hits} == best.keys()
        assert len(hits) == len(best)
        cosines = [best[by_sku[hit.product.sku].standing] for hit in hits]
        assert cosines == sorted(cosines, reverse=True)
        assert [hit.cosine for hit in hits] == pytest.approx(cosines, abs=1e-6)
        for hit in hits:
            own = by_sku[hit.product.sku]
            assert own in fitting
            assert hit.variants == sum(each.standing == own.standing for each in fitting)


def test_a_list_shows_the_newest_variant_that_fits_and_counts_styles(services):
    sold = shop(random.Random(7), 40)
    record_batch([each.record(services) for each in sold], services=services)

    for wanted, least in ((Filters(), 0), (DEAR, 1500)):
        fitting = [each for each in sold if each.price >= least]
        newest = {each.standing: each.sku for each in fitting}
        pages = [
            products_page(wanted, page, 4, services=services, one_per_style=True)
            for page in (1, 2, 3, 4, 5, 6, 7, 8)
        ]

        shown = [card.sku for page in pages for card in page.products]
        assert shown == sorted(newest.values(), reverse=True)
        assert {page.total for page in pages} == {len(newest)}
        assert {page.total_products for page in pages} == {len(fitting)}


def test_without_being_asked_for_every_product_is_a_hit_and_says_how_many_variants(services):
    reds = [Sold(f"R-{n}", [colour_of("red", n)], "Tee", 1000 + 100 * n) for n in range(3)]
    record_batch([each.record(services) for each in reds], services=services)
    record_batch([product(services, "ALONE", (9, 9, 250))], services=services)

    found = find_similar(RED, Filters(), 1, 10, services=services)
    narrow = find_similar(RED, Filters(min_price_cents=1100), 1, 10, services=services)

    assert {hit.product.sku: hit.variants for hit in found.hits} == {
        "R-0": 3,
        "R-1": 3,
        "R-2": 3,
        "ALONE": 1,
    }
    assert (found.total, found.total_products) == (4, 4)
    assert {hit.product.sku: hit.variants for hit in narrow.hits} == {"R-1": 2, "R-2": 2}


def test_more_like_a_variant_leaves_out_its_whole_style(services):
    reds = [Sold(f"R-{n}", [colour_of("red", n)], "Tee", 1000 + 100 * n) for n in range(4)]
    others = [Sold(f"B-{n}", [colour_of("blue", n)], "Cap", 1000) for n in range(3)]
    record_batch([each.record(services) for each in reds + others], services=services)
    record_batch([product(services, "ALONE", (9, 250, 9))], services=services)

    def like(sku, wanted=None, **how):
        found = find_like_product(sku, wanted or Filters(), 1, 10, services=services, **how)
        return found.total, found.total_products, {hit.product.sku for hit in found.hits}

    total, products, skus = like("R-0", one_per_style=True)
    assert (total, products, len(skus)) == (2, 4, 2)
    assert not any(sku.startswith("R-") for sku in skus)
    assert like("R-0")[0] == 7
    assert like("ALONE", one_per_style=True)[0] == 2
    assert like("R-0", DEAR, one_per_style=True) == (0, 0, set())


def test_what_is_remembered_of_styles_follows_every_change_in_every_process(services):
    sold = shop(random.Random(3), 12)
    record_batch([each.record(services) for each in sold], services=services)
    beside = build_services(services.settings, MeanColourEncoder())
    chance = random.Random(4)

    for turn in range(25):
        each = chance.choice(sold)
        if turn % 5 == 4:
            remove_products([each.sku], services=services)
            sold.remove(each)
        else:
            each.style = chance.choice([*SPELLINGS, "Coat", f"New {turn}", None])
            change = ProductRecord(each.sku, {"style": each.style})
            record_batch([change], services=services)
        for asked in (services, beside):
            listed = products_page(Filters(), 1, 50, services=asked, one_per_style=True)
            found = find_similar(RED, Filters(), 1, 50, services=asked, one_per_style=True)
            assert listed.total == len({each.standing for each in sold})
            pictured = {each.standing for each in sold if each.colours}
            assert (found.total, len(found.hits)) == (len(pictured), len(pictured))
    beside.close()


def test_a_change_of_no_style_is_not_asked_for_anew(services):
    sold = shop(random.Random(3), 12)
    record_batch([each.record(services) for each in sold], services=services)

    def known():
        with services.database.read_view() as look:
            return services.fitting.styles.at(look.session, search_queries.latest(look.driver))

    before = known()
    record_batch([ProductRecord("P-000", {"stock": 77})], services=services)
    after = known()
    record_batch([ProductRecord("P-000", {"style": "Another"})], services=services)

    assert after is before
    assert known() is not before


def test_an_earlier_instant_has_the_styles_that_it_had(services):
    pair = [Sold("A", [(250, 9, 9)], "Tee", 1000), Sold("B", [(240, 9, 9)], "tee", 1000)]
    record_batch([each.record(services) for each in pair], services=services)

    with services.database.read_view() as earlier:
        then = search_queries.latest(earlier.driver)
        record_batch([ProductRecord("B", {"style": None})], services=services)
        with services.database.read_view() as later:
            now = services.fitting.styles.at(later.session, search_queries.latest(later.driver))
        before = services.fitting.styles.at(earlier.session, then)

    assert (len(before), len(now)) == (2, 1)


def test_the_variants_of_a_product_are_the_others_of_its_style(services):
    sold = [Sold(f"V-{n:03}", [colour_of("red", n % 12)], "Tee", 1000) for n in range(MOST + 5)]
    record_batch([each.record(services) for each in sold], services=services)
    record_batch([product(services, "ALONE", (9, 9, 250))], services=services)

    several = variants_of(product_by_sku("V-001", services=services), services=services)
    none = variants_of(product_by_sku("ALONE", services=services), services=services)

    assert [card.sku for card in several.others][:3] == ["V-000", "V-002", "V-003"]
    assert (len(several.others), several.count) == (MOST, MOST + 5)
    assert (none.others, none.count) == ((), 1)


@pytest.mark.parametrize("one_per_style", [True, False])
def test_a_category_counts_what_its_page_shows(any_index, one_per_style):
    services, sold = any_index, shop(random.Random(11), 60)
    record_batch([each.record(services) for each in sold], services=services)
    label_product("P-003", "hat", services=services)

    for wanted in (Filters(), DEAR, Filters(text="no such words"), Filters(category="red")):
        counted = aisles(wanted, services=services, one_per_style=one_per_style)
        pages = {
            each: products_page(
                replace(wanted, category=each),
                1,
                5,
                services=services,
                one_per_style=one_per_style,
            ).total
            for each in ("red", "green", "blue", "hat", None)
        }

        assert {each.category: each.products for each in counted.categories} | {
            None: counted.every
        } == pages
