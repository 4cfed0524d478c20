import json
import subprocess
import sys

import pytest

from service.cli.entry import run
from service.cli.group import COMMANDS, lookalike

HEAVY = {"numpy", "faiss", "onnxruntime", "sqlalchemy", "flask", "PIL", "pyarrow", "rich"}
PROBE = """
import json, sys
from service.cli.entry import run
code = run(sys.argv[1:])
print(json.dumps([code, sorted({name.split(".")[0] for name in sys.modules})]), file=sys.stderr)
"""


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["-h"], []])
def test_help_loads_nothing_heavy(arguments):
    done = subprocess.run(
        [sys.executable, "-c", PROBE, *arguments], capture_output=True, text=True, check=True
    )

    _, modules = json.loads(done.stderr.splitlines()[-1])

    assert set(modules) & HEAVY == set()


def test_help_lists_every_command_with_its_line(capsys):
    code = run(["--help"])

    shown = capsys.readouterr().out
    assert code == 0
    for name, (_, line) in COMMANDS.items():
        assert name in shown
        assert line in shown


def test_an_unknown_command_is_wrong_use(capsys):
    code = run(["improt"])

    assert code == 2
    assert "No such command 'improt'" in capsys.readouterr().err


def test_the_group_gives_no_command_for_a_name_that_there_is_not():
    assert lookalike.get_command(None, "entry") is None
