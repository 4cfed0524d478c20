"""A server that a command of ours started ends with that command, even one that was killed."""

import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

from service.settings.environment import Settings
from service.starting import started_server
from service.stock.record import record_batch
from service.wiring import build_services
from tests.integration.server.test_serve import get, is_gone
from tests.shop import shop_records
from tests.tiny_bundle import make_bundle
from tests.waiting import free_port, until

_STARTER = """
import sys, time
from service.starting import started_server
with started_server("serve", "--port", sys.argv[1]) as server:
    print(server.pid, flush=True)
    time.sleep(1000)
"""


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    """Give the variables of a filled catalogue of a tiny real bundle."""
    folder = tmp_path_factory.mktemp("shop")
    make_bundle(folder / "bundle")
    settings = Settings(home=folder / "home", bundle=str(folder / "bundle"))
    services = build_services(settings)
    record_batch(shop_records(services), services=services)
    services.close()
    return os.environ | {
        "LOOKALIKE_HOME": str(settings.home),
        "LOOKALIKE_BUNDLE": settings.bundle,
    }


@contextmanager
def starting(environment, port):
    """Run a command that starts a server; give both, the server by its number."""
    program = [sys.executable, "-c", _STARTER, str(port)]
    with subprocess.Popen(program, env=environment, stdout=subprocess.PIPE, text=True) as starter:
        try:
            yield starter, int(starter.stdout.readline())
        finally:
            starter.kill()


def test_it_stops_in_order_with_a_command_that_was_killed(environment):
    port, snapshots = free_port(), Path(environment["LOOKALIKE_HOME"]) / "index"
    with starting(environment, port) as (starter, server):
        get(port, "/readyz")
        shutil.rmtree(snapshots, ignore_errors=True)
        starter.kill()

        until(lambda: is_gone(server))

    assert list(snapshots.glob("*"))  # which it leaves when it is told to stop


def test_it_ends_though_the_command_is_killed_before_it_listens(environment):
    with starting(environment, free_port()) as (starter, server):
        starter.kill()

        until(lambda: is_gone(server))


def test_it_ends_with_the_block_and_says_how(environment):
    port = free_port()

    with started_server("serve", "--port", str(port), environment=environment) as server:
        get(port, "/readyz")

    assert server.returncode == 0


def test_a_lifeline_that_nobody_holds_is_a_wrong_usage(environment):
    program = [sys.executable, "-m", "service", "serve", "--lifeline", "57"]

    told = subprocess.run(program, env=environment, capture_output=True, text=True, check=False)

    assert told.returncode == 2
    assert "--lifeline is for a command that starts this one" in told.stderr
