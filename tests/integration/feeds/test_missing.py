"""What a feed misses: told by its files, by the catalogue, and by what a person said."""

import pytest

from catalog import feeds, jobs
from catalog.duplicates.moved import move_all
from catalog.jobs import JobState
from catalog.staff_changes import newest_changes
from service.errors import BadFeed
from service.feeds import keeping
from service.feeds.beginning import read_now
from service.feeds.missing import ask_again, keep_missing, missing_page, withdraw_missing
from service.jobs import keeping as job_keeping
from service.jobs.claiming import claim
from service.jobs.kinds.known import KINDS
from service.stock.changing import remove_products
from service.stock.undoing import undo
from service.worker.doing import do
from service.worker.worker import Worker
from service.writing.conditions import ALWAYS
from service.writing.product_json import said_of
from service.writing.products import put_product
from tests.integration.feeds.supplier import ME, add, offer, read, skus, work


@pytest.fixture
def misses_b(services, server):
    """A feed of A, B and C whose file lacks B now."""
    offer(server, "A", "B", "C")
    add(services, server.address("/feed.csv"))
    work(services)
    offer(server, "A", "C")
    read(services)


def missing(services, name="supplier"):
    return [each.sku for each in missing_page(name, 1, 100, services=services).products]


def withdraw(services, count=1):
    job = withdraw_missing("supplier", count, by=ME, services=services)
    Worker(services).run_until_idle()
    return job_keeping.get(job.number, services=services)


def undo_last(services):
    with services.database.reading() as session:
        [last] = newest_changes(session, 1)
    undo(last.id, by=ME, services=services)


@pytest.mark.usefixtures("misses_b")
def test_what_was_withdrawn_and_brought_back_is_missing_again_until_it_goes_again(services):
    done = withdraw(services)
    withdrawn = missing(services)
    undo_last(services)
    undone = missing(services)
    undo_last(services)
    redone = missing(services)
    undo_last(services)
    withdraw(services)

    assert done.message == "1 withdrawn"
    assert (withdrawn, undone, redone) == ([], ["B"], [])
    assert skus(services) == ["A", "C"]


@pytest.mark.usefixtures("misses_b")
def test_a_withdrawal_that_was_cancelled_leaves_its_products_missing(services):
    job = withdraw_missing("supplier", 1, by=ME, services=services)
    with pytest.raises(BadFeed, match=f"withdrawn already, by the job {job.number}"):
        withdraw_missing("supplier", 1, by=ME, services=services)
    job_keeping.cancel(job.number, by=ME, services=services)

    again = withdraw(services)

    assert again.message == "1 withdrawn"
    assert skus(services) == ["A", "C"]


@pytest.mark.usefixtures("misses_b")
def test_what_a_person_took_out_meanwhile_is_not_missing(services):
    remove_products(["B"], services=services)

    with pytest.raises(BadFeed, match="0 products missing"):
        withdraw_missing("supplier", 1, by=ME, services=services)
    assert missing(services) == []


@pytest.mark.usefixtures("misses_b")
def test_another_product_of_the_sku_did_not_come_by_the_feed(services):
    withdraw(services)
    put_product(said_of({"sku": "B", "title": "Ours"}), ALWAYS, by=ME, services=services)

    assert missing(services) == []


@pytest.mark.usefixtures("misses_b")
def test_what_another_feed_names_is_not_missing_until_that_lacks_it_too(services, server):
    offer(server, "B", "D", path="/other.csv")
    add(services, server.address("/other.csv"), name="other")
    work(services)
    named_elsewhere = missing(services)
    offer(server, "D", path="/other.csv")
    read(services, "other")

    assert named_elsewhere == []
    assert (missing(services), missing(services, "other")) == (["B"], ["B"])


@pytest.mark.parametrize("merged", [[("D", "B")], [("D", "A"), ("A", "B")]])
@pytest.mark.usefixtures("misses_b")
def test_what_is_named_by_the_sku_of_a_product_that_was_merged_into_it_is_not_missing(
    services, server, merged
):
    """The supplier lists B anew as D, as staff have seen."""
    offer(server, "C", "D", etag='"anew"')
    read(services)
    before = missing(services)
    remove_products([sku for sku, _ in merged], services=services)
    with services.database.writing() as session:
        for sku, stayed in merged:
            move_all(session, {sku: stayed}, "anna")
    read(services, anyway=True)
    named = missing(services)
    offer(server, "C", etag='"dropped"')
    read(services, anyway=True)

    there = sorted({"A", "B"} - dict(merged).keys())
    assert before == ["A", "B"]
    assert (named, missing(services)) == (there[:-1], there)


@pytest.mark.usefixtures("misses_b")
def test_what_is_to_stay_is_asked_about_only_once_it_came_and_went_again(services, server):
    keep_missing("supplier", skus=["B"], by=ME, services=services)
    kept = missing(services)
    offer(server, "A", etag='"without-c"')
    read(services)
    beside = missing(services)
    offer(server, "A", "B", "C", etag='"back"')
    read(services)
    offer(server, "A", "C", etag='"gone"')
    read(services)

    assert (kept, beside, missing(services)) == ([], ["C"], ["B"])


@pytest.mark.usefixtures("misses_b")
def test_all_that_is_missing_may_stay_and_be_asked_about_again(services):
    with pytest.raises(BadFeed, match="1 product missing"):
        keep_missing("supplier", 2, by=ME, services=services)
    with pytest.raises(BadFeed, match="not all of these"):
        keep_missing("supplier", skus=["A", "B"], by=ME, services=services)
    keep_missing("supplier", 1, by=ME, services=services)
    [state] = keeping.listed(services=services)

    assert ask_again("supplier", by=ME, services=services) == 1
    assert (state.missing, state.kept) == (0, 1)
    assert missing(services) == ["B"]


@pytest.mark.usefixtures("misses_b")
def test_others_than_were_seen_are_not_withdrawn_though_they_be_as_many(services, server):
    seen = missing_page("supplier", 1, 24, services=services).digest
    offer(server, "A", "B", etag='"without-c"')
    read(services)

    with pytest.raises(BadFeed, match="other products are missing"):
        withdraw_missing("supplier", 1, digest=seen, by=ME, services=services)


@pytest.mark.usefixtures("misses_b")
def test_a_withdrawal_takes_out_what_is_still_missing_when_its_turn_comes(services):
    withdraw_missing("supplier", 1, by=ME, services=services)
    keep_missing("supplier", 1, by=ME, services=services)

    Worker(services).run_until_idle()

    assert keeping.listed(services=services)[0].withdrawal.message == (
        "0 withdrawn, 1 not missing any more"
    )
    assert skus(services) == ["A", "B", "C"]


@pytest.mark.usefixtures("misses_b")
def test_no_reading_begins_beside_a_withdrawal_nor_the_other_way_about(services):
    job = withdraw_missing("supplier", 1, by=ME, services=services)
    with pytest.raises(BadFeed, match="withdrawn already"):
        read(services)
    with services.database.writing() as session:
        jobs.find(session, job.number).state = JobState.FAILED.value
    reading = read_now("supplier", anyway=False, by=ME, services=services)
    job_keeping.resume(job.number, by=ME, services=services)  # of two, the older is done first
    Worker(services).run_until_idle()

    told = job_keeping.get(job.number, services=services)
    assert (told.state, told.message) == (
        JobState.FAILED,
        f"the feed 'supplier' is being read already, by the job {reading.number}",
    )
    assert skus(services) == ["A", "B", "C"]


def test_what_went_while_the_file_was_read_comes_with_the_next_reading(services, server):
    offer(server, "A", "B")
    add(services, server.address("/feed.csv"))
    work(services)
    offer(server, "A", "B", "D")
    asked = read_now("supplier", anyway=False, by=ME, services=services)
    job, claimed = claim("worker", services=services)
    do(job, claimed, kinds=KINDS, services=services, stops=lambda: "D" in skus(services))
    cut_off = job_keeping.get(asked.number, services=services)
    remove_products(["B"], services=services)
    Worker(services).run_until_idle()
    lacks = skus(services)

    read(services)
    again = read(services)

    assert cut_off.state is JobState.QUEUED
    assert (lacks, skus(services)) == (["A", "D"], ["A", "B", "D"])
    assert again.message == "its file has not changed since it was last read"


@pytest.mark.usefixtures("misses_b")
def test_products_of_a_feed_that_is_removed_stay(services):
    job = withdraw_missing("supplier", 1, by=ME, services=services)
    keeping.remove("supplier", by=ME, services=services)
    Worker(services).run_until_idle()

    assert job_keeping.get(job.number, services=services).state is JobState.FAILED
    assert skus(services) == ["A", "B", "C"]


@pytest.mark.usefixtures("misses_b")
def test_a_feed_that_keeps_everything_misses_nothing(services):
    with services.database.writing() as session:
        feeds.feed_named(session, "supplier").withdraws = 0

    with pytest.raises(BadFeed, match="0 products missing"):
        withdraw_missing("supplier", 1, by=ME, services=services)
