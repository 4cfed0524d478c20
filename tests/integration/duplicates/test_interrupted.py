"""A job that decides pairs, with an undo, a restore or an import of the same SKUs in between."""

import pytest

from catalog.duplicates.pairs import PairFilter, open_pairs
from catalog.exported import products_by_sku
from catalog.jobs import JobState
from catalog.kept_states import states_of
from service.access.actor import at_the_machine
from service.backups import back_up, checked, restore
from service.duplicates.decision import Verdict
from service.duplicates.many import steps_of
from service.duplicates.queue import open_queue
from service.duplicates.searching import find_new
from service.jobs import keeping
from service.jobs.claiming import claim
from service.jobs.kinds.deciding_pairs import ask_to_decide
from service.jobs.kinds.known import KINDS
from service.stock.undoing import undo
from service.upkeep.verify import verify
from service.worker.doing import do
from tests.patterns import garment

pytestmark = pytest.mark.usefixtures("step_by_step")

ME = at_the_machine()
COPIES = ("A2", "B2", "C2", "D2")


@pytest.fixture
def copied(shop, put):
    """The shop with each of A to D once more."""
    for number, sku in enumerate(COPIES):
        put(sku, garment(number), brand="Acme")
    find_new(services=shop)
    return shop


def ask(services):
    with services.database.reading() as session:
        steps = steps_of(open_pairs(session, PairFilter(), 100))
    return ask_to_decide(steps, Verdict.MERGE, by=ME, services=services)


def work(services, steps=100):
    """Have a worker do so many transactions, and stop."""
    told = iter([False] * steps + [True])
    do(*claim("me", services=services), kinds=KINDS, services=services, stops=lambda: next(told))


def there(services):
    with services.database.reading() as session:
        return sorted(products_by_sku(session, COPIES))


def state(services):
    waiting = open_queue(PairFilter(), 1000, services=services).pairs
    with services.database.reading() as session:
        return states_of(session, [*"ABCD", *COPIES]), {(p.left, p.right) for p in waiting}


def test_what_is_undone_while_a_job_decides_stays_undone_and_so_does_the_rest(copied):
    before = state(copied)
    job = ask(copied)
    work(copied, 2)

    first = undo(1, by=ME, services=copied)
    work(copied)
    between = there(copied)
    rest = undo(1, by=ME, services=copied)

    assert keeping.get(job.number, services=copied).state is JobState.DONE
    assert (first.products, first.refused, rest.products, rest.refused) == (4, [], 4, [])
    assert len(between) == 2
    assert state(copied) == before
    assert verify(services=copied).drift == 0


def test_a_job_goes_on_from_where_it_was_when_a_backup_was_made(copied, tmp_path):
    before = state(copied)
    job = ask(copied)
    work(copied, 1)
    back_up(tmp_path / "shop.tar", services=copied)
    work(copied)

    with checked(tmp_path / "shop.tar", settings=copied.settings) as backup:
        restore(backup, services=copied)
    restored = there(copied)
    work(copied)

    done = keeping.get(job.number, services=copied)
    assert len(restored) == 3
    assert (done.state, done.counts["decided"], there(copied)) == (JobState.DONE, 4, [])
    assert undo(1, by=ME, services=copied).refused == []
    assert state(copied) == before
    assert verify(services=copied).drift == 0


def test_an_import_of_the_same_skus_beside_a_job_brings_nothing_back(copied, put):
    ask(copied)
    work(copied, 2)
    for sku in COPIES:
        put(sku, garment(COPIES.index(sku)), brand="Other")

    work(copied)

    assert there(copied) == []
    with copied.database.reading() as session:
        brands = [each["brand"] for each in states_of(session, "ABCD").values()]
    assert sorted(brands) == ["Acme", "Acme", "Other", "Other"]
    assert verify(services=copied).drift == 0
