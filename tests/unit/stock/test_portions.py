"""How much goes into one transaction, by a clock that is set by hand."""

import pytest

from service.stock.portions import LONGEST_S, Portions


class Clock:
    """Stands still until it is told that something took a while."""

    def __init__(self):
        self.now = 1_000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


def transaction(portions, clock, each_s):
    """Do things that take so long each, as far as there is room; return how many."""
    portions.begin()
    done = 0
    while room := portions.room:
        clock.now += room * each_s
        portions.did(room)
        done += room
    return done


@pytest.mark.parametrize("each_s", [0.0005, 0.004, 0.03, 0.2, 3.0])
def test_a_transaction_takes_no_longer_than_it_may_or_holds_one_thing(clock, each_s):
    portions = Portions(clock)
    transaction(portions, clock, each_s)  # by it the pace is known

    began = clock.now
    done = transaction(portions, clock, each_s)

    assert done == 1 or clock.now - began <= LONGEST_S
    assert done >= 1


def test_what_is_quick_is_done_many_at_a_time(clock):
    portions = Portions(clock)

    assert transaction(portions, clock, 0.001) > 20
    assert portions.ahead > 20


def test_what_becomes_slow_is_done_by_less_at_a_time(clock):
    portions = Portions(clock)
    quick = transaction(portions, clock, 0.002)

    transaction(portions, clock, 0.2)
    slow = transaction(portions, clock, 0.2)

    assert (slow, portions.ahead) == (1, 2)
    assert quick > slow


def test_what_was_nothing_is_no_pace(clock):
    portions = Portions(clock)
    before = portions.ahead

    portions.did(0)

    assert portions.ahead == before
