"""Pairs that become something else while somebody looks, asks, or has decided already."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from catalog.access.terms import ActorKind, Role
from catalog.duplicates.pairs import PairFilter
from catalog.duplicates.tables import DuplicatePair
from catalog.errors import ConditionFailed
from catalog.exported import products_by_sku
from service.access.actor import Actor
from service.duplicates.bulk import decide_bulk, steps_looked_at
from service.duplicates.deciding import decide
from service.duplicates.decision import Decision, Verdict
from service.duplicates.previewing import preview_bulk
from service.duplicates.queue import open_queue
from service.duplicates.searching import find_new
from service.jobs import keeping
from service.jobs.claiming import claim
from service.jobs.kinds.deciding_pairs import ask_to_decide
from service.jobs.kinds.known import KINDS
from service.stock.undoing import undo
from service.worker.doing import do
from tests.patterns import between, garment

ANNA = Actor(ActorKind.ACCOUNT, "anna", 1, Role.EDITOR)
BEN = Actor(ActorKind.ACCOUNT, "ben", 2, Role.EDITOR)


def queue(services, sku):
    return open_queue(PairFilter(sku=sku), 1000, services=services).pairs


def product(services, sku):
    with services.database.reading() as session:
        return products_by_sku(session, [sku]).get(sku)


@pytest.fixture
def chain(shop, put):
    """The shop with B once more, as E, of which F shows the other picture."""
    put("E", garment(1), garment(8))
    put("F", garment(8))
    find_new(services=shop)
    return shop


def merge_e(services, by=BEN):
    """Make E one with B: its pair with F is B's then, under its number."""
    [of_b] = queue(services, "B")
    return decide(Decision(of_b.number, Verdict.MERGE, "B"), by=by, services=services)


def test_a_pair_that_became_one_of_another_product_is_not_what_was_looked_at(chain):
    looked_at = preview_bulk(PairFilter(sku="F"), Verdict.MERGE, services=chain)
    number = queue(chain, "F")[0].number
    merge_e(chain)

    assert [(each.number, each.left) for each in queue(chain, "F")] == [(number, "B")]
    with pytest.raises(ConditionFailed, match="other pairs"):
        steps_looked_at(PairFilter(sku="F"), looked_at.digest, services=chain)


def test_a_pair_that_changes_between_the_look_and_the_asking_is_passed_over(chain):
    wanted = PairFilter(sku="F")
    digest = preview_bulk(wanted, Verdict.MERGE, services=chain).digest
    looked = steps_looked_at(wanted, digest, services=chain)
    merge_e(chain)

    job = ask_to_decide(looked.steps, Verdict.MERGE, by=ANNA, services=chain, at=looked.at)
    do(*claim("me", services=chain), kinds=KINDS, services=chain)

    counts = {"decided": 0, "fell_away": 1, "refused": 0}
    assert keeping.get(job.number, services=chain).counts == counts
    assert product(chain, "F") is not None


@pytest.fixture
def found_by_a_clock_ahead(chain):
    """The chain, as a process has found it whose clock was a day ahead."""
    with chain.database.writing() as session:
        for pair in session.scalars(select(DuplicatePair)):
            pair.found_at += timedelta(days=1)
    return chain


def look_at_f(services):
    wanted = PairFilter(sku="F")
    digest = preview_bulk(wanted, Verdict.DISMISS, services=services).digest
    return steps_looked_at(wanted, digest, services=services)


def test_what_a_clock_ahead_has_found_is_decided(found_by_a_clock_ahead):
    services = found_by_a_clock_ahead
    looked = look_at_f(services)

    done = decide_bulk(
        looked.steps, Verdict.DISMISS, by=ANNA, services=services, asked_at=looked.at
    )

    assert (done.decided, done.passed_over) == (1, 0)


def test_what_becomes_something_else_after_a_clock_ahead_is_passed_over(found_by_a_clock_ahead):
    services = found_by_a_clock_ahead
    looked = look_at_f(services)
    merge_e(services)

    done = decide_bulk(
        looked.steps, Verdict.DISMISS, by=ANNA, services=services, asked_at=looked.at
    )

    assert (done.decided, done.passed_over) == (0, 1)


def test_a_merger_is_not_done_again_where_its_pair_was_found_otherwise_meanwhile(chain, put):
    undone = undo(merge_e(chain).change, by=ANNA, services=chain)
    put("B", garment(1), between(8, 8, 0, ground=60))
    find_new(services=chain)
    put("B", garment(1))
    waiting = queue(chain, "E")

    again = undo(undone.number, by=ANNA, services=chain)

    assert (again.products, {each.sku for each in again.refused}) == (0, {"B", "E"})
    assert "decided anew since" in again.refused[0].reason
    assert queue(chain, "E") == waiting
    assert product(chain, "E") is not None
