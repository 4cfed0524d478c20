"""A run that leaves out what nobody named does not pass."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TESTS = """
import pytest

def test_that_passes():
    assert True

@pytest.mark.skipif(True, reason="needs a printer\\nof its own")
def test_that_prints():
    pass
"""


def run(folder, named, tests=TESTS):
    """Give the exit status of a run over some tests, and what it said."""
    (folder / "test_some.py").write_text(tests)
    (folder / "skips.txt").write_text(named)
    command = [sys.executable, "-m", "pytest", "-p", "tests.named_skips", "-p", "no:cacheprovider"]
    command += ["--rootdir", ".", "-c", os.devnull, "--may-skip", "skips.txt", "test_some.py"]
    done = subprocess.run(
        command,
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_a_skip_that_is_named_with_its_reason_passes(tmp_path):
    status, said = run(tmp_path, "# a comment\n\ntest_s*.py: needs a printer *\n")

    assert (status, "1 passed, 1 skipped" in said) == (0, True), said


@pytest.mark.parametrize("named", ["", "test_other.py: needs*\n", "test_some.py: needs a screen\n"])
def test_a_skip_that_is_not_named_fails_the_run_and_is_told(tmp_path, named):
    status, said = run(tmp_path, named)

    assert status == 1
    assert "test_some.py::test_that_prints: needs a printer of its own\n" in said


@pytest.mark.parametrize(
    ("tests", "told"),
    [
        ("import pytest\npytest.importorskip('nowhere')\n", "test_some.py: could not import"),
        (
            "import pytest\n@pytest.mark.xfail(reason='soon')\ndef test_x():\n    assert False\n",
            "test_some.py::test_x: expected to fail: soon",
        ),
        (
            "import pytest\n@pytest.fixture\ndef shop():\n    pytest.skip('no shop')\n"
            "def test_x(shop):\n    pass\n",
            "test_some.py::test_x: no shop",
        ),
    ],
)
def test_whatever_leaves_a_test_out_counts(tmp_path, tests, told):
    status, said = run(tmp_path, "", tests)

    assert (status, told in said) == (1, True), said


def test_a_line_without_a_reason_is_refused(tmp_path):
    status, said = run(tmp_path, "test_some.py\n")

    assert status == pytest.ExitCode.USAGE_ERROR
    assert "a line is 'PATH: REASON', not 'test_some.py'" in said
