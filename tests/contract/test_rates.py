"""How often somebody may ask: the same whether it is counted in memory or in a Redis."""

import logging
import subprocess
from collections.abc import Iterator

import pytest

from service.access.rates import IN_MEMORY, Rates
from service.errors import TooOften
from tests.redis_server import redis_server


@pytest.fixture(scope="module")
def redis(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[str, "subprocess.Popen[bytes]"]]:
    """A real Redis that keeps nothing on the disk."""
    with redis_server(tmp_path_factory.mktemp("redis")) as found:
        yield found


@pytest.fixture(params=["memory", "redis"])
def where(request: pytest.FixtureRequest) -> str:
    """Where is counted."""
    if request.param == "memory":
        return IN_MEMORY
    address: str = request.getfixturevalue("redis")[0]
    return address


def test_so_many_may_be_asked_and_no_more(where):
    rates = Rates(where)

    for _ in range(5):
        rates.count("requests", f"one-{where}", 5)
    with pytest.raises(TooOften, match="at most 5 in a minute") as refused:
        rates.count("requests", f"one-{where}", 5)

    assert 1 <= refused.value.retry_after_s <= 60


def test_each_is_counted_alone(where):
    rates = Rates(where)
    rates.count("requests", "two", 1)

    rates.count("requests", "three", 1)
    rates.count("guesses", "two", 1)

    with pytest.raises(TooOften):
        rates.count("requests", "two", 1)


def test_several_processes_count_together_in_a_redis_alone(where):
    one, other = Rates(where), Rates(where)
    one.count("requests", "four", 1)

    if where == IN_MEMORY:
        other.count("requests", "four", 1)
    else:
        with pytest.raises(TooOften):
            other.count("requests", "four", 1)


def test_a_redis_that_dies_keeps_nobody_out(redis, caplog):
    rates = Rates(redis[0])
    rates.count("requests", "five", 2)
    redis[1].kill()
    redis[1].wait()

    with caplog.at_level(logging.WARNING):
        rates.count("requests", "five", 2)
        rates.count("requests", "five", 2)
        with pytest.raises(TooOften):
            rates.count("requests", "five", 2)

    assert caplog.text.count("counted in memory, for now") == 1
