"""What a server has loaded when it says that it is ready: nothing that searching does without."""

import json
import os
import subprocess
import sys

from tests.tiny_bundle import make_bundle

# Each is loaded by the first request, or the job, that needs it.
LATER = ("aiohttp", "alembic", "apispec", "argon2", "huey", "limits", "openpyxl", "pyarrow", "rich")
# And these, of ours, by the thread that loads the staff's half, or by what needs them.
STAFFS = (
    "service.duplicates",
    "service.feeds",
    "service.importing",
    "service.jobs",
    "service.review",
    "service.stockroom",
    "service.tagging",
    "service.uploads",
    "service.web.app",
    "service.web.staff",
    "service.writing",
)

_LOAD = """
import asyncio, gc, json, os, sys, threading
from service.server.serving import load_front
from service.settings.environment import read_settings
whole = threading.Event()
front = load_front(read_settings(), whole.set)
ready = sorted(sys.modules)

async def serve():
    front.__rsgi_init__(asyncio.get_running_loop())
    await asyncio.to_thread(whole.wait)

asyncio.run(serve())
print(json.dumps([ready, sorted(sys.modules), gc.isenabled()]), flush=True)
os._exit(0)
"""


def test_a_server_that_is_ready_has_loaded_nothing_that_only_some_requests_need(tmp_path):
    make_bundle(tmp_path / "bundle")
    home = {"LOOKALIKE_HOME": str(tmp_path / "home"), "LOOKALIKE_BUNDLE": str(tmp_path / "bundle")}
    command = [sys.executable, "-c", _LOAD]

    done = subprocess.run(command, env=os.environ | home, capture_output=True, text=True)

    assert done.returncode == 0, done.stderr
    ready, whole, collects = json.loads(done.stdout)
    assert {"onnxruntime", "faiss", "flask", "service.web.api.search"} <= set(ready)
    assert not {*LATER, *STAFFS} & set(ready)
    assert {"service.web.app", "service.web.staff", "service.jobs"} <= set(whole)
    assert not set(LATER) & set(whole)
    assert collects


_BEFORE_THE_FORK = """
import json, sys, service.cli.serve, service.server.serving
print(json.dumps(sorted(sys.modules)))
"""


def test_workers_are_forked_before_what_is_loaded_beside_the_network_and_what_no_fork_survives():
    command = [sys.executable, "-c", _BEFORE_THE_FORK]

    done = subprocess.run(command, capture_output=True, text=True, check=True)

    loaded = set(json.loads(done.stdout))
    assert "sqlalchemy" in loaded  # all workers share its pages
    assert not {"flask", "marshmallow", "onnxruntime", "faiss"} & loaded
