"""Short work is not kept waiting by long work of another kind, and none of them starves."""

import time

import pytest

from catalog.jobs import JobState
from service.jobs import at_work, keeping
from service.jobs.claiming import claim
from service.jobs.kind import Kind, Outcome
from service.jobs.turns import waits_behind
from service.worker.doing import do
from tests.integration.jobs.work import ME, Counting, count

SHORT = "check"


@pytest.fixture
def counting(monkeypatch):
    """Long work whose turn is over after each step."""
    monkeypatch.setattr(at_work, "TURN_S", 0)
    monkeypatch.setattr(at_work, "_LOOK_S", 0)
    return Counting()


def ask_short(services):
    return keeping.create(SHORT, {}, by=ME, services=services)


def do_next(counting, services, done):
    """Do what is next; note the kinds in their order."""
    claimed = claim("me", services=services)
    if claimed is None:
        return False
    short = Kind(SHORT, "Check", lambda *_: Outcome("checked"))
    done.append(claimed[0].kind)
    do(*claimed, kinds=counting.kinds | {SHORT: short}, services=services)
    return True


def test_long_work_steps_back_for_another_kind_and_goes_on_where_it_was(services, counting):
    long, done = count(services), []
    counting.meanwhile[2] = lambda: ask_short(services)

    while do_next(counting, services, done):
        pass

    told = keeping.get(long.number, services=services)
    assert done == ["count", SHORT, "count"]
    assert counting.counted == [1, 2, 3, 4, 5]
    assert (told.state, told.done, told.errors) == (JobState.DONE, 5, 3)


def test_it_does_not_for_more_of_its_own_kind(services, counting):
    done = []
    count(services)
    counting.meanwhile[2] = lambda: count(services)

    do_next(counting, services, done)

    assert counting.counted == [1, 2, 3, 4, 5]


def test_what_only_checks_is_of_another_kind_than_what_does_it(services, counting):
    count(services)
    counting.meanwhile[2] = lambda: count(services, dry_run=True)

    do_next(counting, services, [])
    [checks, _] = claim("me", services=services)

    assert counting.counted == [1, 2]
    assert checks.parameters == {"dry_run": True}


def test_a_check_steps_back_for_what_does_it_too(services, counting):
    count(services, dry_run=True)
    counting.meanwhile[2] = lambda: count(services)

    do_next(counting, services, [])

    assert counting.counted == [1, 2]


def test_a_turn_begins_with_the_first_step_however_long_it_takes_to_come_there(
    services, counting, monkeypatch
):
    monkeypatch.setattr(at_work, "TURN_S", 1)
    done = []
    count(services)
    ask_short(services)
    counting.meanwhile[1] = lambda: time.sleep(1.05)

    do_next(counting, services, done)

    assert counting.counted == [1, 2, 3, 4, 5]


def test_who_stepped_back_is_before_all_that_come_later(services, counting):
    count(services)
    done = []
    for step in (2, 3, 4):
        counting.meanwhile[step] = lambda: ask_short(services)
    do_next(counting, services, done)
    ask_short(services)  # comes after it stepped back

    while do_next(counting, services, done):
        pass

    assert done[:4] == ["count", SHORT, "count", SHORT]
    assert counting.counted == [1, 2, 3, 4, 5]


def test_work_that_keeps_no_place_is_not_begun_again_for_others(services, monkeypatch):
    monkeypatch.setattr(at_work, "TURN_S", 0)
    looked = []

    def look(_services, _job, progress):
        for number in range(3):
            looked.append(number)
            progress(number, 3)
        return Outcome("looked")

    keeping.create("look", {}, by=ME, services=services)
    ask_short(services)
    do(*claim("me", services=services), kinds={"look": Kind("look", "", look)}, services=services)

    assert looked == [0, 1, 2]


def test_a_job_says_what_it_waits_behind(services):
    first, second, third = count(services), count(services), ask_short(services)
    claim("me", services=services)

    behind = waits_behind(keeping.get(third.number, services=services), services=services)
    running = waits_behind(keeping.get(first.number, services=services), services=services)

    assert behind is not None
    assert ([each.number for each in behind.running], behind.before) == ([first.number], 1)
    assert running is None
    assert second.state is JobState.QUEUED
