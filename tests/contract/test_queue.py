"""What tells workers of jobs: the same whether numbers lie in the home or in a Redis."""

import logging
import socket
from collections.abc import Iterator

import pytest

from service.errors import BadSetting
from service.jobs import queue as queue_module
from service.jobs.queue import HueyQueue, open_queue, ring
from service.settings.environment import Settings, read_settings
from tests.redis_server import redis_server


@pytest.fixture(scope="module")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real Redis."""
    with redis_server(tmp_path_factory.mktemp("redis")) as (address, _):
        yield address


@pytest.fixture(params=["embedded", "redis"])
def settings(request: pytest.FixtureRequest, tmp_path) -> Settings:
    """The settings of a shop whose queue is in its home, or in a Redis."""
    tmp_path.joinpath("home").mkdir()
    url = None if request.param == "embedded" else request.getfixturevalue("redis")
    return Settings(home=tmp_path / "home", queue_url=url)


@pytest.fixture
def queue(settings) -> Iterator[HueyQueue]:
    """The queue, empty at first and at last."""
    found = open_queue(settings)
    yield found
    found._store.flush_queue()


def test_numbers_come_in_the_order_in_which_they_were_put(queue):
    for number in (7, 3, 9):
        queue.put(number)

    assert [queue.take() for _ in range(3)] == [7, 3, 9]


def test_each_number_comes_to_one_worker_alone(settings, queue):
    other = open_queue(settings)
    queue.put(7)

    taken = [queue.take(), other.take()]

    assert taken == [7, None]


def test_an_empty_queue_gives_nothing(queue):
    assert queue.take() is None


def test_what_no_job_of_ours_put_there_is_passed_over(queue):
    queue._store.enqueue(b"cos\nsystem\n(S'true'\ntR.")

    assert queue.take() is None


def test_a_job_is_told_of(settings, queue):
    ring(12, settings)

    assert queue.take() == 12


def test_a_queue_that_cannot_be_told_loses_only_the_hint(tmp_path, caplog):
    gone = Settings(home=tmp_path, queue_url="redis://127.0.0.1:9/0")

    with caplog.at_level(logging.WARNING):
        ring(12, gone)

    assert "could not be told of job 12" in caplog.text
    assert (tmp_path.absolute(), gone.queue_url) not in queue_module._opened


def test_a_redis_that_says_nothing_holds_nobody(tmp_path, caplog):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        mute = Settings(home=tmp_path, queue_url=f"redis://127.0.0.1:{port}/0")

        with caplog.at_level(logging.WARNING):
            ring(12, mute)

    assert "could not be told of job 12" in caplog.text


def test_the_address_is_of_a_redis():
    with pytest.raises(BadSetting, match="LOOKALIKE_QUEUE_URL is a Redis such as"):
        read_settings({"LOOKALIKE_QUEUE_URL": "amqp://machine"})
