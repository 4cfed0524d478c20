"""The console script's exit codes and messages; it starts without Keras."""

import subprocess
import sys

import pytest

from training.cli import run

COMMANDS = ("explore", "fit", "evaluate", "export", "reproduce")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_shows_an_example(command, capsys):
    code = run([command, "--help"])

    assert code == 0
    lines = capsys.readouterr().out.splitlines()
    assert "  Example:" in lines
    assert any(line.startswith(f"    lookalike-train {command} ") for line in lines)


def test_help_needs_no_keras():
    script = (
        "import sys; from training.cli import run; code = run(['fit', '--help']); "
        "sys.exit(code or len({'keras', 'tensorflow', 'matplotlib'} & sys.modules.keys()))"
    )

    done = subprocess.run([sys.executable, "-c", script], check=False, capture_output=True)

    assert done.returncode == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ["fit"],
        ["fit", "--output", "x", "--epochs", "0"],
        ["fit", "--output", "x", "--network", "huge"],
        ["evaluate", "/no/such/folder"],
        ["reproduce", "imagenet"],
        ["sew"],
    ],
)
def test_wrong_usage_exits_2(arguments, capsys):
    code = run(arguments)

    assert code == 2
    assert "Error:" in capsys.readouterr().err


def test_a_failure_exits_1_with_one_line(tmp_path, capsys):
    pytest.importorskip("keras", reason="needs Keras: pip install .[train]")

    code = run(["evaluate", str(tmp_path)])

    assert code == 1
    [line] = capsys.readouterr().err.strip().splitlines()
    assert line.startswith("lookalike-train: ")
    assert "neither a run (config.json) nor a bundle" in line
