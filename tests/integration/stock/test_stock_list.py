"""The staff's list: every product once, whatever it is sorted and narrowed by."""

import itertools

import pytest

from catalog.facts import NAMES
from catalog.filters import Filters
from catalog.labelling import Speaker, Word
from catalog.stock_filters import Lacks, StockFilters, WhoseWord
from catalog.stock_list import stock_page
from catalog.stock_order import Order, Sort
from catalog.stored import ProductFacts, ProductRecord
from service.settings.environment import Settings
from service.stock.changing import label_product
from service.stock.record import record_batch
from service.wiring import build_services
from tests.fakes import MeanColourEncoder
from tests.shop import product, shop_records

EVERY_ORDER = [Order(by, down) for by, down in itertools.product(Sort, (True, False))]


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """Products that are alike in most columns, and some that lack what others have."""
    home = tmp_path_factory.mktemp("shop")
    filled = build_services(Settings(home=home), MeanColourEncoder())
    record_batch(shop_records(filled), services=filled)
    extra = [
        product(filled, f"X-{number}", title="Ärmel" if number % 2 else "armel", price_cents=None)
        for number in range(5)
    ]
    record_batch(extra, services=filled)
    sale: ProductFacts = {"sale_price_cents": 5, "brand": "Acme", "style": "One"}
    record_batch([ProductRecord("RED-00", sale)], services=filled)
    label_product("RED-01", "Hat", services=filled)
    word = Word("Coat", Speaker.FILE)
    record_batch([ProductRecord("RED-02", {}, word=word)], services=filled)
    yield filled
    filled.close()


def walk(services, order, filters=None, most=7, backwards=False):
    """Go through all pages; gives the SKUs, and how many there should be."""
    found, place, filters = [], None, filters or StockFilters()
    while True:
        with services.database.reading() as session:
            page = stock_page(session, filters, order, place, most)
        skus = [row.sku for row in page.rows]
        found = skus + found if backwards else found + skus
        place = page.previous if backwards and place is not None else page.next
        if place is None:
            return found, page.total
        if backwards and not place.before:
            raise AssertionError("a page before another leads on")


def last_place(services, order, most=7):
    place = None
    while True:
        with services.database.reading() as session:
            page = stock_page(session, StockFilters(), order, place, most)
        if page.next is None:
            return page
        place = page.next


@pytest.mark.parametrize("order", EVERY_ORDER, ids=str)
def test_every_product_comes_once_forwards_and_backwards(shop, order):
    forwards, total = walk(shop, order)
    page = last_place(shop, order)
    backwards = [row.sku for row in page.rows]
    while page.previous is not None:
        with shop.database.reading() as session:
            page = stock_page(session, StockFilters(), order, page.previous, 7)
        backwards = [row.sku for row in page.rows] + backwards

    assert len(forwards) == len(set(forwards)) == total == 41
    assert backwards == forwards


@pytest.mark.parametrize(
    ("by", "first", "last"),
    [
        (Sort.SKU, "BLUE-00", "X-4"),
        (Sort.PRICE, "X-0", "BLUE-11"),
        (Sort.ADDED, "RED-00", "X-4"),
        (Sort.CHANGED, "RED-03", "RED-02"),
    ],
)
def test_a_list_is_sorted(shop, by, first, last):
    found, _ = walk(shop, Order(by, down=False))

    assert (found[0] == first or by is Sort.CHANGED, found[-1]) == (True, last)


def test_a_list_by_price_goes_by_what_products_cost_now(shop):
    found, _ = walk(shop, Order(Sort.PRICE, down=False))

    assert found.index("RED-00") == 5  # on sale for 5 cents, behind those without a price


@pytest.mark.parametrize("most", [3, 7, 50])
@pytest.mark.parametrize("down", [True, False])
def test_a_list_by_sureness_goes_by_what_it_shows_and_what_is_empty_is_lowest(shop, down, most):
    found, _ = walk(shop, Order(Sort.CONFIDENCE, down), most=most)
    with shop.database.reading() as session:
        rows = stock_page(session, StockFilters(), Order(), None, 50).rows
    shown = {
        row.sku: -1 if row.human_category or row.model_confidence is None else row.model_confidence
        for row in rows
    }

    sureness = [shown[sku] for sku in found]
    assert sureness == sorted(sureness, reverse=down)
    assert shown["RED-01"] == -1  # the model was sure of it, and a person said another word


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (StockFilters(words="x-"), {"X-0", "X-1", "X-2", "X-3", "X-4"}),
        (StockFilters(words="ARMEL x-1"), {"X-1"}),
        (StockFilters(words="%"), set()),
        (StockFilters(lacks=Lacks.PICTURE), {"X-0", "X-1", "X-2", "X-3", "X-4"}),
        (StockFilters(lacks=Lacks.PRICE), {"X-0", "X-1", "X-2", "X-3", "X-4"}),
        (StockFilters(decided=WhoseWord.NOBODY), {"X-0", "X-1", "X-2", "X-3", "X-4"}),
        (StockFilters(decided=WhoseWord.PERSON), {"RED-01"}),
        (StockFilters(decided=WhoseWord.FILE), {"RED-02"}),
        (StockFilters(on_sale=True), {"RED-00"}),
        (StockFilters(Filters(facts=(("brand", ("acme",)),))), {"RED-00"}),
    ],
    ids=lambda each: str(each) if isinstance(each, StockFilters) else "",
)
def test_a_list_is_narrowed(shop, filters, expected):
    found, total = walk(shop, Order(Sort.SKU, down=False), filters)

    assert set(found) == expected
    assert total == len(expected)


def test_a_list_is_narrowed_to_what_shows_one_picture(shop):
    with shop.database.reading() as session:
        page = stock_page(session, StockFilters(words="red-00"), Order(), None, 7)
    [red] = page.rows

    found, _ = walk(shop, Order(), StockFilters(picture=red.digest))

    assert "RED-00" in found
    assert all(sku.startswith("RED-") for sku in found)


def test_a_row_says_whose_word_its_category_is(shop):
    with shop.database.reading() as session:
        rows = stock_page(session, StockFilters(), Order(), None, 50).rows
    whose = {row.sku: (row.human_category, row.is_files) for row in rows if row.human_category}

    assert whose == {"RED-01": ("Hat", False), "RED-02": ("Coat", True)}


def test_filters_that_split_the_shop_leave_nothing_out(shop):
    def total(**asked):
        return walk(shop, Order(), StockFilters(**asked), most=50)[1]

    whose = (each for each in WhoseWord if each is not WhoseWord.DOUBTFUL)  # some of the model's
    assert sum(total(decided=by) for by in whose) == 41
    assert total(sold_out=True) + total(shown=Filters(in_stock=True)) == 41


def test_what_changes_meanwhile_is_neither_passed_over_nor_shown_twice(filled):
    order = Order(Sort.SKU, down=False)
    with filled.database.reading() as session:
        first = stock_page(session, StockFilters(), order, None, 7)
    record_batch([product(filled, "BLUE-005", (3, 3, 3))], services=filled)
    with filled.database.reading() as session:
        second = stock_page(session, StockFilters(), order, first.next, 7)

    assert second.rows[0].sku == "BLUE-07"


def test_a_row_says_who_decided_and_when_it_changed(filled):
    word = Word("Hat", Speaker.PERSON)
    record_batch([ProductRecord("RED-03", word=word)], services=filled)

    with filled.database.reading() as session:
        [row] = stock_page(session, StockFilters(words="red-03"), Order(), None, 5).rows

    assert (row.category, row.human_category, row.model_category) == ("Hat", "Hat", "red")
    assert row.pictures == 1
    assert row.said[NAMES.index("price_cents")] == 1300
