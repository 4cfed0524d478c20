"""The OpenAPI document against a running server: what it says is what is answered."""

import os
import re
import subprocess
import sys

import pytest

from service.access.actor import at_the_machine
from service.access.keys import MOST_PER_MINUTE, KeyWish, create_key
from service.access.parts import build_access
from service.settings.environment import Settings
from service.wiring import build_services
from tests.live_server import ROOT, serving

LEAST_OPERATIONS = 32
EXAMPLES = 6  # of each operation, beside all that its schema says the least and the most of
# A form of very many fields is refused as too large before any of them is looked at.
CONFIG = """\
[checks.negative_data_rejection]
expected-statuses = [400, 401, 403, 404, 405, 409, 413, 415, 422, 429, 503]
"""
# A document cannot say that a lowest price is not above the highest, that a box ends within its
# photo, or that an SKU exists, so a value that it allows may be refused all the same.
EXCLUDED = "positive_data_acceptance"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("openapi")) as running:
        yield running


@pytest.fixture(scope="module")
def key(server):
    """A key that opens every route, as often as is asked."""
    services = build_services(Settings(home=server.home))
    access = build_access(services.settings, services.database)
    wish = KeyWish("schemathesis", ("search", "read", "write"), per_minute=MOST_PER_MINUTE)
    yield create_key(wish, by=at_the_machine(), access=access).key
    services.close()


def test_every_answer_is_as_the_document_says(server, key, tmp_path):
    command = [
        *(sys.executable, "-c", "from schemathesis.cli import schemathesis; schemathesis()"),
        *("run", f"{server.url}/api/v1/openapi.json", "--max-examples", str(EXAMPLES)),
        *("--header", f"Authorization: Bearer {key}"),
        *("--exclude-checks", EXCLUDED, "--seed", "22", "--no-color", "--continue-on-failure"),
    ]
    told = {
        "SCHEMATHESIS_HOOKS": "tests.integration.web.openapi_hooks",
        "PYTHONPATH": str(ROOT),
        "COLUMNS": "120",
    }

    (tmp_path / "schemathesis.toml").write_text(CONFIG)

    run = subprocess.run(
        command, cwd=tmp_path, env=os.environ | told, capture_output=True, text=True, timeout=300
    )

    assert run.returncode == 0, run.stdout[-16000:] + run.stderr[-2000:]
    # All that there are: a route that is left out would pass.
    selected = re.search(r"Selected: (\d+)/\1\s+Tested: \1\s", run.stdout)
    assert selected is not None, run.stdout[-2000:]
    assert int(selected[1]) >= LEAST_OPERATIONS
    assert "Traceback" not in server.log.read_text()
