"""The worker that a server brings along, in real processes."""

import os
import signal
from pathlib import Path

import pytest

from catalog.jobs import JobState
from service.access.actor import at_the_machine
from service.jobs import keeping
from service.server.companion import is_wanted
from service.settings.environment import Settings
from service.wiring import build_services
from tests.live_server import serving
from tests.waiting import until


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A server with its worker, over a small shop."""
    with serving(tmp_path_factory.mktemp("companion"), ()) as found:
        yield found


@pytest.fixture(scope="module")
def services(server):
    found = build_services(Settings(home=server.home, bundle=str(server.home.parent / "bundle")))
    yield found
    found.close()


def workers(server):
    """Give the processes of `lookalike worker` below a server."""
    found = []
    for task in Path(f"/proc/{server.pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            command = Path(f"/proc/{child}/cmdline").read_bytes().split(b"\0")
            if b"worker" in command:
                found.append(int(child))
    return found


def is_done(services):
    """Ask for a look at everything, and say how it is known to be over."""
    job = keeping.create("verify", {}, by=at_the_machine(), services=services)
    return lambda: keeping.get(job.number, services=services).state is JobState.DONE


def test_a_server_does_jobs_and_goes_on_when_its_worker_is_killed(server, services):
    until(is_done(services))

    until(lambda: workers(server))
    [killed] = workers(server)
    os.kill(killed, signal.SIGKILL)
    until(lambda: workers(server) not in ([], [killed]))

    until(is_done(services))


def test_the_worker_ends_with_a_server_that_is_killed(tmp_path):
    with serving(tmp_path, ()) as server:
        until(lambda: workers(server))
        [worker] = workers(server)

        os.kill(server.pid, signal.SIGKILL)

        until(lambda: not Path(f"/proc/{worker}").exists() or _is_a_corpse(worker))


def _is_a_corpse(pid):
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"


def test_no_worker_comes_along_where_a_redis_tells_others_or_all_is_read_only(tmp_path):
    home = tmp_path / "home"

    assert is_wanted(Settings(home=home))
    assert not is_wanted(Settings(home=home, queue_url="redis://127.0.0.1/0"))
