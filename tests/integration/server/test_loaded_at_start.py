"""What a server has loaded when it says that it is ready: nothing that searching does without."""

import json
import os
import subprocess
import sys

from tests.tiny_bundle import make_bundle

# Each is loaded by the first request, or the job, that needs it.
LATER = ("aiohttp", "alembic", "apispec", "huey", "openpyxl", "pyarrow", "rich")

_LOAD = """
import gc, json, os, sys
from service.server.serving import load_front
from service.settings.environment import read_settings
load_front(read_settings())
loaded = sorted({name.split(".")[0] for name in sys.modules})
print(json.dumps([gc.isenabled(), loaded]), flush=True)
os._exit(0)
"""


def test_a_server_that_is_ready_has_loaded_nothing_that_only_some_requests_need(tmp_path):
    make_bundle(tmp_path / "bundle")
    home = {"LOOKALIKE_HOME": str(tmp_path / "home"), "LOOKALIKE_BUNDLE": str(tmp_path / "bundle")}
    command = [sys.executable, "-c", _LOAD]

    done = subprocess.run(command, env=os.environ | home, capture_output=True, text=True)

    assert done.returncode == 0, done.stderr
    collects, loaded = json.loads(done.stdout)
    assert collects
    assert {"onnxruntime", "faiss", "flask"} <= set(loaded)
    assert not set(LATER) & set(loaded)
