"""What a feed names that was merged into another product: it is that one from then on."""

import pytest

from catalog.duplicates.pairs import PairFilter
from catalog.staff_changes import newest_changes
from service.duplicates.deciding import decide
from service.duplicates.decision import Decision, Verdict
from service.duplicates.queue import open_queue
from service.duplicates.searching import find_new
from service.duplicates.undoing import undo_decision
from service.feeds.missing import missing_page
from tests.integration.feeds.supplier import ME, add, offer, read, skus, work


def missing(services, name="supplier"):
    return [each.sku for each in missing_page(name, 1, 100, services=services).products]


def merge(services, left, right, *, stays):
    find_new(services=services)
    pairs = open_queue(PairFilter(), 100, services=services).pairs
    [pair] = [each for each in pairs if {each.left, each.right} == {left, right}]
    decide(Decision(pair.number, Verdict.MERGE, stays=stays), by=ME, services=services)


@pytest.fixture
def doubles(services, server):
    """A feed of A-1 and B-1, which are one, and of two others; A-1 stayed."""
    offer(server, "A-1", "B-1", "C", "D")
    add(services, server.address("/feed.csv"))
    work(services)
    merge(services, "A-1", "B-1", stays="A-1")


@pytest.mark.usefixtures("doubles")
@pytest.mark.parametrize("spelled", ["B-1", "b-1"])
def test_a_product_is_not_missing_while_its_feed_names_one_that_was_merged_into_it(
    services, server, spelled
):
    offer(server, spelled, "C", "D", etag='"without-a"')
    read(services)
    named = missing(services)
    again = read(services)
    offer(server, "C", "D", etag='"without-both"')
    read(services)

    assert (named, missing(services)) == ([], ["A-1"])
    assert again.message == "its file has not changed since it was last read"
    assert skus(services) == ["A-1", "C", "D"]


@pytest.mark.usefixtures("doubles")
def test_a_product_stays_through_merges_of_merges_and_is_missing_once_they_are_undone(
    services, server
):
    merge(services, "A-1", "C", stays="C")
    offer(server, "B-1", "D", etag='"without-c"')
    read(services)
    merged = missing(services)
    with services.database.reading() as session:
        [last] = newest_changes(session, 1)
    undo_decision(last.id, by=ME, services=services)

    assert (merged, missing(services)) == ([], ["C"])


def test_a_merge_counts_at_once_for_what_another_feed_names(services, server):
    offer(server, "A-1", "C")
    offer(server, "B-1", path="/other.csv")
    add(services, server.address("/feed.csv"))
    add(services, server.address("/other.csv"), name="other")
    work(services)
    offer(server, "C", etag='"without-a"')
    read(services)
    before = missing(services)

    merge(services, "A-1", "B-1", stays="A-1")

    assert (before, missing(services), missing(services, "other")) == (["A-1"], [], [])
