"""Many products changed, and brought back, by workers that stop and die in between."""

import pytest

from catalog.jobs import JobState
from catalog.kept_states import states_of
from catalog.staff_changes import newest_changes
from catalog.stock_filters import StockFilters
from catalog.stored import ProductRecord
from service.access.actor import at_the_machine
from service.jobs import keeping
from service.jobs.claiming import claim
from service.jobs.kinds.changing_many import ask_to_change, ask_to_undo
from service.jobs.kinds.known import KINDS
from service.stock.record import record_batch
from service.stockroom.bulk import Selection
from service.worker.doing import do

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

    ask_to_undo(1, "Undo: Brand: Acme", by=ME, services=shop)
    work(shop, stops=after_one())
    work(shop)

    assert held(shop) == before
    assert changes(shop) == [(2, MANY, 0), (1, MANY, MANY)]


def test_what_an_undo_leaves_as_it_is_are_lines_of_its_job(shop):
    ask_to_change(ids_of(shop), "size", "M", by=ME, services=shop)
    work(shop)
    record_batch([ProductRecord("P-007", {"size": "L"})], services=shop)

    job = ask_to_undo(1, "Undo", by=ME, services=shop)
    work(shop)

    done = keeping.get(job.number, services=shop)
    [line] = keeping.lines(job.number, services=shop)
    assert (done.counts, done.errors) == ({"back": MANY - 1, "refused": 1}, 1)
    assert (line.sku, line.message) == ("P-007", "changed since: its size is 'L' now")


def test_many_are_withdrawn_and_what_is_gone_by_then_counts_as_so_already(shop):
    ids = ids_of(shop)
    some = [*ids[:40], *ids[60:]]
    job = ask_to_change([*some, 10**9], None, "", by=ME, services=shop)
    work(shop)

    done = keeping.get(job.number, services=shop)
    assert len(held(shop)) == 20
    assert done.counts == {"changed": MANY - 20, "unchanged": 1}
