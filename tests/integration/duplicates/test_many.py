"""One decision for many pairs: looked at, done at once or by a worker that dies, and undone."""

import pytest

from catalog.access.terms import ActorKind, Role
from catalog.duplicates.pairs import PairFilter
from catalog.duplicates.tables import Kind
from catalog.errors import ConditionFailed
from catalog.exported import products_by_sku
from catalog.jobs import JobState
from catalog.staff_changes import StaffChange, newest_changes
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
from service.upkeep.verify import verify
from service.worker.doing import do
from tests.patterns import between, garment

ANNA = Actor(ActorKind.ACCOUNT, "anna", 1, Role.EDITOR)
BEN = Actor(ActorKind.ACCOUNT, "ben", 2, Role.EDITOR)


def queue(services, **wanted):
    return open_queue(PairFilter(**wanted), 1000, services=services).pairs


def product(services, sku):
    with services.database.reading() as session:
        return products_by_sku(session, [sku]).get(sku)


def many(services, verdict, **wanted):
    """Look at what one decision would do, and do it."""
    meant = PairFilter(**wanted)
    preview = preview_bulk(meant, verdict, services=services)
    looked = steps_looked_at(meant, preview.digest, services=services)
    done = decide_bulk(looked.steps, verdict, by=ANNA, services=services, asked_at=looked.at)
    return preview, done


def called(services, number):
    with services.database.reading() as session:
        return session.get(StaffChange, number).name


def test_a_bulk_decision_does_what_its_preview_said_and_is_one_change(shop, put):
    for number in range(4):
        put(f"COPY-{number}", garment(2), garment(8), brand="Acme")
    put("E", garment(1))
    find_new(services=shop)
    waiting = len(queue(shop))

    preview, done = many(shop, Verdict.MERGE, kind=Kind.SAME_PICTURE)

    assert (preview.pairs, preview.decided, preview.withdrawn) == (waiting, 5, 5)
    assert (preview.pictures, preview.facts) == (1, 1)  # of four copies, what the first brings
    assert (done.decided, done.passed_over, done.refused) == (5, preview.fallen, 0)
    assert called(shop, done.change) == "5 pairs of possible duplicates: merged"
    assert queue(shop) == ()
    assert len(product(shop, "C").digests) == 2
    assert verify(services=shop).drift == 0
    undone = undo(done.change, by=ANNA, services=shop)
    assert (undone.refused, len(queue(shop))) == ([], waiting)
    assert product(shop, "C").brand is None


@pytest.fixture
def twice(shop, put):
    """The shop with B once more, as E."""
    put("E", garment(1))
    find_new(services=shop)
    return shop


def test_a_bulk_decision_on_other_pairs_than_were_looked_at_is_refused(twice, put):
    looked_at = preview_bulk(PairFilter(), Verdict.DISMISS, services=twice)
    many(twice, Verdict.LINK)
    put("F", garment(3))
    find_new(services=twice)

    assert len(queue(twice)) == looked_at.pairs == 1  # as many, and another one
    with pytest.raises(ConditionFailed, match="other pairs"):
        steps_looked_at(PairFilter(), looked_at.digest, services=twice)
    assert len(queue(twice)) == 1


def test_a_product_leaves_once_however_many_pairs_name_it(services, put):
    for number, sku in enumerate("XYZ"):
        put(sku, between(1, 2, 15 * number, ground=50 + number))
    find_new(services=services)

    preview, done = many(services, Verdict.MERGE)

    assert (preview.pairs, preview.decided, preview.fallen) == (2, 1, 1)
    assert (done.decided, done.passed_over) == (1, 1)
    assert called(services, done.change) == "1 pair of possible duplicates: merged"
    assert [product(services, sku) is not None for sku in "XYZ"] == [True, False, True]
    # X shows what Y did, so it is asked now whether it is Z: nobody has looked at that before.
    assert [(each.left, each.right) for each in queue(services)] == [("X", "Z")]


def test_linking_many_counts_as_it_goes_what_becomes_of_one_style_or_of_two(shop, put):
    put("B", garment(1), style="one")
    put("E", garment(1), style="two")
    put("F", garment(1))
    put("G", garment(2))
    find_new(services=shop)

    preview, done = many(shop, Verdict.LINK)

    assert (preview.decided, preview.refused) == (2, 1)
    assert (done.decided, done.passed_over, done.refused) == (2, preview.fallen, 1)
    assert "'one'" in done.cannot[0]
    assert product(shop, "F").style == "one"
    assert [(each.left, each.right) for each in queue(shop)] == [("B", "E")]


def test_so_many_are_decided_at_a_time_the_surest_first(shop, put, monkeypatch):
    monkeypatch.setattr("service.duplicates.many.MOST", 2)
    for number in range(3):
        put(f"COPY-{number}", garment(number))
    find_new(services=shop)
    first_two = [each.number for each in queue(shop)[:2]]

    preview, done = many(shop, Verdict.DISMISS)

    assert (preview.pairs, preview.more, done.pairs, done.decided) == (2, 1, 2, 2)
    assert called(shop, done.change) == "2 pairs of possible duplicates: kept apart"
    [left] = queue(shop)
    assert left.number not in first_two


def work(services, stops=lambda: False):
    do(*claim("me", services=services), kinds=KINDS, services=services, stops=stops)


def after_steps(number):
    """Tell a worker to stop once it has done so many transactions."""
    told = iter([False] * number + [True])
    return lambda: next(told)


@pytest.fixture
def copied(shop, put):
    """The shop with each of A to D once more, and A a third time."""
    for number, sku in enumerate(("A2", "B2", "C2", "D2")):
        put(sku, garment(number), brand="Acme")
    put("A3", garment(0))
    find_new(services=shop)
    return shop


def asked(services, verdict):
    """Ask a worker to decide all pairs."""
    preview = preview_bulk(PairFilter(), verdict, services=services)
    looked = steps_looked_at(PairFilter(), preview.digest, services=services)
    return ask_to_decide(looked.steps, verdict, by=ANNA, services=services, at=looked.at)


@pytest.mark.usefixtures("step_by_step")
def test_a_job_that_decides_goes_on_where_its_worker_stopped_as_one_change(copied):
    waiting = {(each.left, each.right) for each in queue(copied)}
    job = asked(copied, Verdict.MERGE)

    work(copied, stops=after_steps(1))
    first = called(copied, 1)
    work(copied, stops=after_steps(2))
    work(copied)

    done = keeping.get(job.number, services=copied)
    assert (first, called(copied, 1)) == (
        "2 pairs of possible duplicates: merged",
        "5 pairs of possible duplicates: merged",
    )
    assert (done.state, done.done, done.total) == (JobState.DONE, 5, 5)
    assert done.counts == {"decided": 5, "fell_away": 0, "refused": 0}
    assert "the change 1" in done.message
    assert queue(copied) == ()
    assert verify(services=copied).drift == 0
    undone = undo(1, by=ANNA, services=copied)
    assert (undone.refused, {(each.left, each.right) for each in queue(copied)}) == ([], waiting)
    with copied.database.reading() as session:
        assert len(newest_changes(session, 9)) == 2


def test_what_others_decide_before_a_job_comes_to_it_is_left_to_them(copied, put):
    put("C", garment(2), style="one")
    put("C2", garment(2), style="two")
    job = asked(copied, Verdict.LINK)
    [of_d] = queue(copied, sku="D2")
    decide(Decision(of_d.number, Verdict.DISMISS), by=BEN, services=copied)

    work(copied)

    done = keeping.get(job.number, services=copied)
    [line] = keeping.lines(job.number, services=copied)
    assert done.counts == {"decided": 3, "fell_away": 1, "refused": 1}
    assert (line.sku, "'one'" in line.message) == ("C", True)
    assert product(copied, "D2").style is None


@pytest.mark.usefixtures("step_by_step")
def test_many_pairs_around_one_product_are_decided_some_at_a_time(shop, put, monkeypatch):
    monkeypatch.setattr("service.duplicates.many._TOGETHER", 2)
    for number in range(5):
        put(f"COPY-{number}", garment(0), garment(20 + number))
        find_new(services=shop)
    job = asked(shop, Verdict.MERGE)

    work(shop, stops=after_steps(1))
    half = product(shop, "A").digests
    work(shop)
    whole = product(shop, "A").digests
    undone = undo(1, by=ANNA, services=shop)

    assert len(job.parameters["steps"]) == 3
    assert (len(half), len(whole)) == (3, 6)
    assert undone.refused == []
    assert len(product(shop, "A").digests) == 1
    assert len(queue(shop)) == 5
    assert verify(services=shop).drift == 0
