"""The OpenAPI document against a running server: what it says is what is answered."""

import os
import subprocess
import sys

import pytest

from tests.live_server import ROOT, serving

EXAMPLES = 30
# A document cannot say that a lowest price is not above the highest, that a box ends within its
# photo, or that an SKU exists, so a value that it allows may be refused all the same.
EXCLUDED = "positive_data_acceptance"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("openapi")) as running:
        yield running


def test_every_answer_is_as_the_document_says(server, tmp_path):
    command = [
        *(sys.executable, "-c", "from schemathesis.cli import schemathesis; schemathesis()"),
        *("run", f"{server.url}/api/v1/openapi.json", "--max-examples", str(EXAMPLES)),
        *("--exclude-checks", EXCLUDED, "--seed", "22", "--no-color", "--continue-on-failure"),
    ]
    told = {
        "SCHEMATHESIS_HOOKS": "tests.integration.web.openapi_hooks",
        "PYTHONPATH": str(ROOT),
        "COLUMNS": "120",
    }

    run = subprocess.run(
        command, cwd=tmp_path, env=os.environ | told, capture_output=True, text=True, timeout=300
    )

    assert run.returncode == 0, run.stdout[-8000:] + run.stderr[-2000:]
    assert "Tested: 8" in run.stdout, run.stdout[-2000:]
    assert "Traceback" not in server.log.read_text()
