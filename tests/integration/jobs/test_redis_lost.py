"""A real Redis, killed under a worker: no job is lost, and it is used again once it is back."""

import logging
from dataclasses import replace

import pytest

from service.jobs import keeping
from service.jobs.queue import open_queue
from service.wiring import build_services
from tests.fakes import MeanColourEncoder
from tests.integration.jobs.test_queue_lost import at_work, is_done
from tests.integration.jobs.work import ME
from tests.redis_server import redis_server
from tests.waiting import free_port, until


@pytest.fixture
def port():
    return free_port()


@pytest.fixture
def services(settings, port):
    told = replace(settings, queue_url=f"redis://127.0.0.1:{port}/0")
    built = build_services(told, MeanColourEncoder())
    yield built
    built.close()


def test_jobs_go_on_while_their_redis_is_dead_and_it_is_asked_again_once_it_is_back(
    services, port, tmp_path, caplog
):
    with redis_server(tmp_path, port) as (_, first), at_work(services):
        until(is_done(services))

        first.kill()
        first.wait()
        with caplog.at_level(logging.WARNING):
            until(is_done(services))
            asked_without = keeping.create("verify", {}, by=ME, services=services)
        with redis_server(tmp_path, port):
            until(lambda: keeping.get(asked_without.number, services=services).ended_at)
            until(is_done(services))
            queue = open_queue(services.settings)
            caplog.clear()
            until(lambda: queue._store.queue_size() == 0)  # the worker takes from it again
            queue.put(asked_without.number)  # a number of what is over does no harm
            until(lambda: queue._store.queue_size() == 0)

    assert "could not be told" not in caplog.text
    assert [job.state.value for job in keeping.newest(9, services=services)] == ["done"] * 4
