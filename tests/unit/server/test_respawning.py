"""How long a dead worker stays dead."""

import pytest

from service.server.respawning import FIRST_S, FORGOTTEN_S, LONGEST_S, Backoff


class Clock:
    now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


def test_a_first_death_is_mended_at_once(clock):
    assert Backoff(clock).next_delay() == 0


def test_deaths_in_a_row_wait_longer_and_longer_but_not_for_ever(clock):
    backoff = Backoff(clock)

    delays = [backoff.next_delay() for _ in range(12)]

    assert delays[:4] == [0, FIRST_S, 2 * FIRST_S, 4 * FIRST_S]
    assert delays[-1] == LONGEST_S


def test_a_worker_that_lived_long_is_started_at_once(clock):
    backoff = Backoff(clock)
    for _ in range(5):
        backoff.next_delay()

    clock.now += FORGOTTEN_S

    assert backoff.next_delay() == 0
