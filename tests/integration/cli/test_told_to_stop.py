"""A command that is told to stop says so in a line, and puts away what it has begun."""

import signal
import subprocess
import sys

import pytest

PROGRAM = """
import sys, time
import click
from service.cli import entry

@click.command()
def wait():
    with open(sys.argv[1], "w") as file:
        try:
            print("begun", flush=True)
            time.sleep(60)
        finally:
            file.write("put away")

entry.lookalike = wait
entry.main([])
"""


def stop(path, number):
    program = [sys.executable, "-c", PROGRAM, str(path)]
    with subprocess.Popen(
        program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout.readline() == "begun\n"
            process.send_signal(number)
            _, told = process.communicate(timeout=30)
        finally:
            process.kill()
    return process.returncode, told


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_command_that_is_told_to_stop_puts_away_what_it_has_begun(tmp_path, number):
    code, told = stop(tmp_path / "work", number)

    assert code == 128 + number
    assert "lookalike: " in told
    assert "what was finished is kept" in told
    assert "Traceback" not in told
    assert (tmp_path / "work").read_text() == "put away"
