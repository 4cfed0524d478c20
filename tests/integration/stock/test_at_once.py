"""Changes of many beside imports, beside each other, and undone beside all that."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from catalog.kept_states import states_of
from catalog.stock_filters import StockFilters
from catalog.stored import ProductRecord
from service.access.actor import at_the_machine
from service.importing import import_source
from service.stock.record import record_batch
from service.stock.undoing import undo
from service.stockroom.bulk import WITHDRAW, Selection, change_many, deed_of
from service.stockroom.stories import story_of
from service.upkeep.verify import verify
from tests.shop import colour_of, photo

ME = at_the_machine()
MANY = 250  # so that a change takes three transactions
SKUS = [f"P-{n:03}" for n in range(MANY)]
ACME, OTHER = deed_of("brand", "Acme"), deed_of("brand", "Other")


@pytest.fixture
def shop(services):
    """Many products, some of which share a picture with others."""
    pictures = [photo(services, colour_of("red", shade)) for shade in range(3)]
    items = [
        ProductRecord(sku, {"title": sku, "stock": n}, photos=(pictures[n % 3],) if n < 9 else ())
        for n, sku in enumerate(SKUS)
    ]
    record_batch(items, services=services)
    return services


def held(services):
    with services.database.reading() as session:
        return states_of(session, SKUS)


def values(services, name):
    return [state[name] for state in held(services).values()]


def change(services, deed, between=None):
    """Do a deed to all products; after its first transaction let something else happen."""
    with services.database.reading() as session:
        ids = Selection(filters=StockFilters()).ids(session, services)

    def progress(done, _total):
        if done == 100 and between is not None:
            between()

    return change_many(ids, deed, by=ME, services=services, progress=progress)


def undone(services, number):
    return undo(number, by=ME, services=services)


def imported(services, tmp_path, header, rows):
    table = tmp_path / "stock.csv"
    table.write_text("\n".join([header, *rows]), encoding="utf-8")
    assert import_source(table, services=services).failed == ()


def test_an_import_in_between_stays_whatever_is_undone(shop, tmp_path):
    rows = [f"{SKUS[n]},New {n},Theirs" for n in (0, 150, 240)]  # before it, and behind

    def bring_in():
        imported(shop, tmp_path, "sku,title,brand", rows)

    done = change(shop, ACME, between=bring_in)
    outcome = undone(shop, done.number)

    assert (done.changed, outcome.products) == (MANY, MANY - 1)
    assert [each.sku for each in outcome.refused] == ["P-000"]  # it came after the change
    brands = dict(zip(SKUS, values(shop, "brand"), strict=True))
    assert {sku for sku, brand in brands.items() if brand is not None} == {
        "P-000",
        "P-150",
        "P-240",
    }
    assert set(brands.values()) == {None, "Theirs"}
    assert held(shop)["P-150"]["title"] == "New 150"


def test_two_changes_of_the_same_go_back_one_after_the_other(shop):
    before = held(shop)
    inner = []

    first = change(shop, ACME, between=lambda: inner.append(change(shop, OTHER)))
    [second] = inner
    outcomes = [undone(shop, number) for number in (second.number, first.number, second.number)]

    # The first 100 were changed by the second after the first, all others before it.
    assert [(each.products, each.refusals) for each in outcomes] == [(100, 150), (250, 0), (150, 0)]
    assert held(shop) == before


def test_what_is_undone_while_it_goes_on_is_undone_as_far_as_it_had_come(shop):
    before = held(shop)
    number = []

    done = change(shop, ACME, between=lambda: number.append(undone(shop, 1).number))
    halfway = values(shop, "brand")
    story = story_of(done.number, services=shop)
    undone(shop, story.undo)

    assert halfway == [None] * 100 + ["Acme"] * 150
    assert (story.products, story.undone, story.redo) == (MANY, 100, number[0])
    assert held(shop) == before


def test_a_withdrawal_beside_a_change_leaves_nothing_half(shop):
    before = held(shop)
    inner = []

    done = change(shop, ACME, between=lambda: inner.append(change(shop, WITHDRAW)))
    [gone] = inner
    back = undone(shop, gone.number)
    undone(shop, done.number)

    assert (done.changed, done.unchanged, gone.changed) == (100, 150, MANY)
    assert (back.products, back.refusals) == (MANY, 0)
    assert held(shop) == before
    assert verify(services=shop).problems == ()


def test_all_at_once_leaves_what_the_import_said_and_else_what_was(shop, tmp_path):
    before = held(shop)
    theirs = SKUS[5:240:20]
    rows = [f"{sku},Theirs" for sku in theirs]

    with ThreadPoolExecutor(3) as threads:
        asked = [threads.submit(change, shop, deed) for deed in (ACME, OTHER)]
        bringing = threads.submit(imported, shop, tmp_path, "sku,brand", rows)
        numbers = [each.result().number for each in asked]
        bringing.result()
    for _ in numbers:  # what stood on the other's change can go back once that has gone
        with ThreadPoolExecutor(2) as threads:
            list(threads.map(lambda number: undone(shop, number), numbers))
    for number in numbers:
        undone(shop, number)

    expected = {
        sku: {**state, "brand": "Theirs"} if sku in theirs else state
        for sku, state in before.items()
    }
    assert held(shop) == expected
    assert verify(services=shop).problems == ()
