"""What is remembered of filters and categories follows every change, and asks for little."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import event, text

from catalog import search_queries
from catalog.filters import Filters
from service.finding.browse import aisles, category_counts, products_page
from service.finding.like_product import find_like_product
from service.finding.search import find_similar
from service.index.fitting import FittingProducts
from service.stock.changing import label_product, remove_products
from service.stock.record import ProductRecord, record_batch
from service.wiring import build_services
from tests.fakes import MeanColourEncoder, plain_photo
from tests.shop import product

RED = plain_photo((250, 10, 10))
ASKED = (
    Filters(category="red"),
    Filters(category="hat"),
    Filters(in_stock=True),
    Filters(min_price_cents=1500, max_price_cents=1900),
    Filters(text="shirt"),
    Filters(),
)


@pytest.fixture
def beside(filled):
    """Another process' parts over the same home."""
    built = build_services(filled.settings, MeanColourEncoder())
    yield built
    built.close()


def state(sku, facts, services):
    """Change facts of a product, as a stock file does."""
    assert record_batch([ProductRecord(sku, facts=facts)], services=services).updated == (sku,)


def answers(services):
    """Say what pages and searches show for every filter, and the categories' counts."""
    told = []
    for wanted in ASKED:
        listed = products_page(wanted, 1, 100, services=services)
        found = find_similar(RED, wanted, 1, 100, services=services)
        told.append((listed.total, [card.sku for card in listed.products]))
        told.append((found.total, [hit.product.sku for hit in found.hits]))
        chips = aisles(wanted, services=services)
        told.append(
            (chips.every, [f"{each.category} {each.products}" for each in chips.categories])
        )
    counts = [(each.category, each.products) for each in category_counts(services=services)]
    return counts, told


def fresh_answers(services):
    built = build_services(services.settings, MeanColourEncoder())
    try:
        return answers(built)
    finally:
        built.close()


@pytest.mark.parametrize(
    "change",
    [
        lambda s: label_product("RED-03", "hat", services=s),
        lambda s: state("RED-00", {"stock": 0, "price_cents": 1600}, s),
        lambda s: remove_products(["RED-02", "BLUE-01"], services=s),
        lambda s: record_batch([product(s, "NEW", (240, 20, 20))], services=s),
        lambda s: record_batch([product(s, "RED-05", (20, 20, 240), (9, 9, 9))], services=s),
        lambda s: record_batch([product(s, "BARE")], services=s),
    ],
    ids=["label", "facts", "remove", "add", "other photos", "no photo"],
)
def test_a_change_is_followed_in_every_process(filled, beside, change):
    before = answers(filled), answers(beside)

    change(filled)

    assert answers(filled) == answers(beside) == fresh_answers(filled)
    assert before[0] == before[1] != answers(filled)


def test_a_change_that_names_no_product_is_followed_too(filled):
    answers(filled)

    with filled.database.writing() as session:  # as a process of the version before writes
        session.execute(text("UPDATE product SET stock = 0, human_category = 'hat'"))
        session.execute(text("INSERT INTO change (kind) VALUES ('product')"))

    assert answers(filled) == fresh_answers(filled)


def test_a_damaged_reading_is_not_counted_among_what_can_be_paged_to(filled):
    with filled.database.writing() as session:
        session.execute(text("UPDATE reading SET embedding = x'00' WHERE photo_id = 1"))

    for wanted in (Filters(), Filters(category="red")):
        found = find_similar(RED, wanted, 1, 100, services=filled)
        assert found.total == len(found.hits)
    alike = find_like_product("RED-00", Filters(), 1, 100, services=filled)
    assert alike.total == len(alike.hits)


class Queries:
    """Notes every statement that goes through SQLAlchemy."""

    def __init__(self, services):
        self.seen = []
        event.listen(services.database.engine, "before_cursor_execute", self._note)

    def _note(self, connection, cursor, statement, *more):
        self.seen.append(statement)

    def of_all_products(self):
        """Count those that look through all products."""
        lists = [each for each in self.seen if "group_concat(product.id)" in each]
        return sum("json_each" not in each for each in lists)


def test_after_a_change_only_what_was_touched_is_asked_for(filled):
    answers(filled)
    queries = Queries(filled)
    state("RED-00", {"stock": 0}, filled)
    label_product("RED-03", "hat", services=filled)

    answers(filled)

    assert queries.of_all_products() == 0


def test_of_many_who_ask_the_same_at_once_one_asks_the_database(filled):
    filled.warm_up()
    queries = Queries(filled)
    together = threading.Barrier(8)

    def ask():
        together.wait()
        return find_similar(RED, Filters(category="red"), 1, 5, services=filled).total

    with ThreadPoolExecutor(8) as pool:
        totals = [each.result() for each in [pool.submit(ask) for _ in range(8)]]

    assert totals == [12] * 8
    assert queries.of_all_products() == 1


def test_what_is_remembered_has_a_bound_whatever_is_asked(filled):
    fitting = FittingProducts(most_bytes=1_000)  # 36 products take up to 288

    with filled.database.read_view() as look:
        at = search_queries.latest(look.driver)
        for price in range(1000, 2200, 10):
            found = fitting.find(look.session, at, Filters(min_price_cents=price))
            again = fitting.find(look.session, at, Filters(min_price_cents=price))
            assert again is found
            assert fitting.bytes_remembered <= 1_000


def test_a_thread_that_looks_at_an_earlier_instant_gets_that_ones_answer(filled):
    wanted = Filters(category="red")
    with filled.database.read_view() as earlier:
        then = search_queries.latest(earlier.driver)
        label_product("RED-00", "hat", services=filled)
        with filled.database.read_view() as later:
            now = filled.fitting.find(later.session, search_queries.latest(later.driver), wanted)
            before = filled.fitting.find(earlier.session, then, wanted)

    assert (len(before), len(now)) == (12, 11)
