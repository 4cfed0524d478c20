"""A queue that dies under a worker: its store is removed or damaged, and no job is lost."""

import threading
from contextlib import contextmanager

import pytest

from service.jobs import keeping
from service.jobs.queue import open_queue
from service.worker.worker import Worker
from tests.integration.jobs.work import ME
from tests.waiting import until


@contextmanager
def at_work(services):
    """Have a worker do jobs until the block ends."""
    worker = Worker(services, look_s=0.2)
    thread = threading.Thread(target=worker.run)
    thread.start()
    try:
        yield
    finally:
        worker.stop()
        thread.join()


def is_done(services):
    """Ask for a job, and say how it is known to be done."""
    job = keeping.create("verify", {}, by=ME, services=services)
    return lambda: keeping.get(job.number, services=services).ended_at is not None


def remove(path):
    for each in path.parent.glob(f"{path.name}*"):
        each.unlink()


def garble(path):
    for each in path.parent.glob(f"{path.name}*"):
        each.write_bytes(b"\x00 no database" * 1000)


@pytest.mark.parametrize("harm", [remove, garble])
def test_jobs_go_on_though_their_queue_is_lost_and_it_is_begun_anew(services, harm):
    path = services.settings.home / "queue.sqlite3"
    with at_work(services):
        until(is_done(services))

        harm(path)

        until(is_done(services))
        until(is_done(services))
    anew = open_queue(services.settings)
    while anew.take() is not None:  # what the worker had not asked for
        pass
    anew.put(7)
    assert anew.take() == 7
