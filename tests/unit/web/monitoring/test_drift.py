"""The drift is counted beside the requests, not by each of them, and never waited for long."""

import math
import threading

from service.web.monitoring.drift import WatchedDrift
from tests.waiting import PATIENCE_S


class Clock:
    """A clock that stands still until it is told otherwise."""

    now = 0.0

    def __call__(self):
        return self.now


class Counting:
    """Counts how often it was asked to count."""

    def __init__(self):
        self.times = 0

    def __call__(self):
        self.times += 1
        return self.times


def test_it_is_counted_anew_only_when_it_is_old():
    counting, clock = Counting(), Clock()
    drift = WatchedDrift(counting, max_age_s=30, clock=clock)

    first, again = drift.latest(PATIENCE_S), drift.latest(PATIENCE_S)
    clock.now = 30.0
    later = drift.latest(PATIENCE_S)

    assert (first, again, later) == (1, 1, 2)


def test_nobody_waits_for_a_count_that_takes_long():
    go = threading.Event()
    drift = WatchedDrift(lambda: 7 if go.wait(PATIENCE_S) else -1, clock=Clock())

    meanwhile = drift.latest(0.01)
    go.set()
    afterwards = drift.latest(PATIENCE_S)

    assert math.isnan(meanwhile)
    assert afterwards == drift.known == 7


def test_what_cannot_be_counted_is_no_number_and_no_error():
    def fail():
        raise OSError("the disk is gone")

    drift = WatchedDrift(fail, clock=Clock())

    assert math.isnan(drift.latest(PATIENCE_S))


def test_many_who_ask_at_once_count_once():
    counting = Counting()
    drift = WatchedDrift(counting, clock=Clock())

    threads = [threading.Thread(target=drift.latest, args=(PATIENCE_S,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert counting.times == 1
