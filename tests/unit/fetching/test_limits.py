"""How many connections a host is asked by."""

import pytest

from service.fetching.limits import connections_at


@pytest.mark.parametrize("rate", [50, 75, 100])
def test_connections_carry_the_rate_of_a_server_that_takes_its_time(rate):
    answer_s = 0.4

    assert connections_at(rate) >= rate * answer_s


@pytest.mark.parametrize("rate", [1, 20, 1000])
def test_a_host_is_asked_by_few_connections_whatever_the_rate(rate):
    assert 8 <= connections_at(rate) <= 40
