"""The rate of work, by a clock that stands still until it is told."""

import pytest

from service.jobs.pace import Pace


class Clock:
    """Seconds that pass when they are told to."""

    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


def go(pace, clock, steps, each_s, by=1, start=0):
    for number in range(1, steps + 1):
        clock.now += each_s
        pace.note(start + number * by)


def test_nothing_is_said_before_seconds_and_work_have_gone_by(clock):
    quick, slow = Pace(clock), Pace(clock)

    quick.note(0)
    go(quick, clock, 400, 0.01)
    slow.note(0)
    go(slow, clock, 3, 10)

    assert (quick.rate, slow.rate, Pace(clock).rate) == (None, None, None)


def test_the_rate_is_that_of_the_work_however_often_it_is_told_of(clock):
    often, seldom = Pace(clock), Pace(clock)

    often.note(0)
    go(often, clock, 4_000, 0.01)
    seldom.note(0)
    go(seldom, clock, 20, 2, by=200)

    assert often.rate == pytest.approx(100, rel=0.02)
    assert seldom.rate == pytest.approx(100)
    assert len(often._seen) < 100


def test_what_was_long_ago_does_not_count(clock):
    pace = Pace(clock)
    pace.note(0)
    go(pace, clock, 10, 20)  # slow at first

    go(pace, clock, 400, 0.1, start=10)

    assert pace.rate == pytest.approx(10, rel=0.02)


def test_the_wait_before_the_first_step_does_not_count(clock):
    pace = Pace(clock)
    clock.now += 60  # a model is loaded

    go(pace, clock, 100, 0.1)

    assert pace.rate == pytest.approx(10, rel=0.02)


def test_work_that_counts_anew_is_looked_at_anew(clock):
    pace = Pace(clock)
    go(pace, clock, 100, 0.1, by=1_000)  # bytes of a file that is fetched

    pace.note(0)
    begun = pace.rate
    go(pace, clock, 100, 0.1)  # rows

    assert begun is None
    assert pace.rate == pytest.approx(10, rel=0.02)
