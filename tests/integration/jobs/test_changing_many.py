"""Many products changed, and brought back, by workers that stop and die in between."""

import pytest

from catalog.jobs import JobState
from catalog.kept_states import states_of
from catalog.staff_changes import newest_changes
from catalog.stock_filters import StockFilters
from catalog.stock_list import ids_of_skus
from catalog.stored import ProductRecord
from service.access.actor import at_the_machine
from service.duplicates import searching
from service.jobs import keeping
from service.jobs.claiming import claim
from service.jobs.kinds.changing_many import ask_to_change, ask_to_undo, is_long_undo
from service.jobs.kinds.known import KINDS
from service.stock import patience
from service.stock.record import record_batch
from service.stockroom.bulk import WITHDRAW, Selection, change_many
from service.worker.doing import do
from tests.shop import photo

ME = at_the_machine()
MANY = 250


@pytest.fixture
def shop(services):
    items = [ProductRecord(f"P-{n:03}", {"title": f"No {n}"}, photos=()) for n in range(MANY)]
    record_batch(items, services=services)
    return services


def ids_of(services):
    with services.database.reading() as session:
        return Selection(filters=StockFilters()).ids(session, services)


def held(services):
    with services.database.reading() as session:
        return states_of(session, [f"P-{n:03}" for n in range(MANY)])


def changes(services):
    with services.database.reading() as session:
        return [(each.id, each.products, each.undone) for each in newest_changes(session, 9)]


def work(services, stops=lambda: False):
    do(*claim("me", services=services), kinds=KINDS, services=services, stops=stops)


def after_one():
    """Tell a worker to stop once it has done a transaction."""
    told = iter([False, True])
    return lambda: next(told)


def test_a_change_of_many_goes_on_where_its_worker_stopped_as_one_change(shop):
    before = held(shop)
    job = ask_to_change(ids_of(shop), "brand", "Acme", by=ME, services=shop)

    work(shop, stops=after_one())
    first = changes(shop)
    work(shop)

    done = keeping.get(job.number, services=shop)
    assert first == [(1, 100, 0)]
    assert changes(shop) == [(1, MANY, 0)]
    assert (done.state, done.counts) == (JobState.DONE, {"changed": MANY, "unchanged": 0})
    assert {each["brand"] for each in held(shop).values()} == {"Acme"}

    job = ask_to_undo(1, by=ME, services=shop)
    work(shop, stops=after_one())
    half = keeping.get(job.number, services=shop)
    work(shop)

    whole = keeping.get(job.number, services=shop)
    assert half.counts == {"back": half.done, "refused": 0}
    assert 0 < half.done < MANY  # as much as fits into the time of a transaction
    assert (whole.done, whole.total, whole.counts) == (MANY, MANY, {"back": MANY, "refused": 0})
    assert held(shop) == before
    assert changes(shop) == [(2, MANY, 0), (1, MANY, MANY)]


def test_what_an_undo_leaves_as_it_is_are_lines_of_its_job(shop):
    ask_to_change(ids_of(shop), "size", "M", by=ME, services=shop)
    work(shop)
    record_batch([ProductRecord("P-007", {"size": "L"})], services=shop)

    job = ask_to_undo(1, by=ME, services=shop)
    work(shop)

    done = keeping.get(job.number, services=shop)
    [line] = keeping.lines(job.number, services=shop)
    assert (done.counts, done.errors) == ({"back": MANY - 1, "refused": 1}, 1)
    assert (line.sku, line.message) == ("P-007", "changed since: its size is 'L' now")


def test_a_change_that_is_ended_half_way_is_undone_as_far_as_it_came(shop):
    before = held(shop)
    job = ask_to_change(ids_of(shop), "brand", "Acme", by=ME, services=shop)

    def ended():
        keeping.cancel(job.number, by=ME, services=shop)
        return False

    work(shop, stops=ended)
    half = keeping.get(job.number, services=shop)
    back = ask_to_undo(half.place["number"], by=ME, services=shop)
    work(shop)

    assert (half.state, half.done, half.counts["changed"]) == (JobState.CANCELLED, 100, 100)
    done = keeping.get(back.number, services=shop)
    assert (done.state, done.counts) == (JobState.DONE, {"back": 100, "refused": 0})
    assert held(shop) == before


def test_an_undo_that_goes_on_tells_each_refusal_once(shop):
    ask_to_change(ids_of(shop), "size", "M", by=ME, services=shop)
    work(shop)
    taken = ["P-249", "P-003"]  # in the first transaction, and in the last
    record_batch([ProductRecord(sku, {"size": "L"}) for sku in taken], services=shop)
    job = ask_to_undo(1, by=ME, services=shop)

    for _ in range(3):
        work(shop, stops=after_one())
    work(shop)

    done = keeping.get(job.number, services=shop)
    told = [(line.line, line.sku) for line in keeping.lines(job.number, services=shop)]
    assert told == [(1, "P-249"), (2, "P-003")]
    assert (done.message, done.errors) == ("248 brought back, 2 stay as they are", 2)
    assert done.done == MANY


def test_a_search_for_duplicates_that_goes_on_counts_all_of_it(services, monkeypatch):
    monkeypatch.setattr(searching, "_AT_ONCE", 2)  # some transactions of few pictures
    photos = [photo(services, (20 * n, 250 - 20 * n, 100)) for n in range(6)]
    items = [ProductRecord(f"D-{n}", {"title": "One"}, photos=(photos[n % 6],)) for n in range(8)]
    record_batch(items, services=services)
    job = keeping.create("duplicates", {}, by=ME, services=services)

    work(services, stops=lambda: keeping.get(job.number, services=services).done == 2)
    half = keeping.get(job.number, services=services)
    work(services)

    whole = keeping.get(job.number, services=services)
    assert (half.done, half.counts["photos"]) == (2, 2)
    assert (whole.done, whole.total, whole.counts["photos"]) == (8, 8, 8)
    assert whole.counts["proposed"] >= 2


@pytest.mark.parametrize(("pictures", "is_one"), [(1, False), (2, True)])
def test_an_undo_that_reads_many_pictures_is_background_work(
    services, monkeypatch, pictures, is_one
):
    monkeypatch.setattr(patience, "MOST_PICTURES", 1)
    photos = tuple(photo(services, (20 * n, 100, 100)) for n in range(pictures))
    record_batch([ProductRecord("P", {"title": "P"}, photos=photos)], services=services)
    with services.database.reading() as session:
        ids = ids_of_skus(session, ["P"])
    number = change_many(ids, WITHDRAW, by=ME, services=services).number

    assert is_long_undo(number, services=services) is is_one


def test_many_are_withdrawn_and_what_is_gone_by_then_counts_as_so_already(shop):
    ids = ids_of(shop)
    some = [*ids[:40], *ids[60:]]
    job = ask_to_change([*some, 10**9], None, "", by=ME, services=shop)
    work(shop)

    done = keeping.get(job.number, services=shop)
    assert len(held(shop)) == 20
    assert done.counts == {"changed": MANY - 20, "unchanged": 1}
