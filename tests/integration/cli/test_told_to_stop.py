"""A command and its system: told to stop it puts away what it has begun; streams may be closed."""

import signal
import subprocess
import sys

import pytest

PROGRAM = """
import signal, sys, time
import click
from service.cli import entry

# As of a shell in front: one in the background may have left both ignored.
signal.signal(signal.SIGHUP, signal.SIG_DFL)
signal.signal(signal.SIGINT, signal.default_int_handler)

@click.command()
def wait():
    with open(sys.argv[1], "w") as file:
        try:
            print("begun", flush=True)
            time.sleep(600)
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
            _, told = process.communicate(timeout=60)
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


@pytest.mark.parametrize(
    ("closed", "code"), [("0<&-", 0), ("2>&-", 0), ("0<&- 2>&-", 0), ("1>&-", 1), ("2>&- 1>&-", 1)]
)
def test_no_file_comes_by_the_number_of_a_stream_that_is_closed(tmp_path, closed, code):
    program = """
import os, sys
import click
from service.cli import entry

@click.command()
def work():
    with open(sys.argv[1], "wb") as file:
        file.write(str(file.fileno()).encode())
        os.write(2, b"what a library complains of")
        file.write(b" whole")
    click.echo("done")

entry.lookalike = work
entry.main([])
"""
    kept = tmp_path / "kept"

    told = subprocess.run(
        ["bash", "-c", f'exec "$@" {closed}', "bash", sys.executable, "-c", program, str(kept)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    number, whole = kept.read_text().split()
    assert (told.returncode, whole) == (code, "whole")
    assert int(number) > 2
    assert "Traceback" not in told.stderr


@pytest.mark.parametrize(
    ("output", "is_all", "code"),
    [("/dev/full", False, 0), ("&-", False, 0), ("/dev/null", True, 0), ("/dev/full", True, 1)],
)
def test_work_that_is_done_is_no_failure_where_its_report_cannot_be_written(output, is_all, code):
    program = f"""
import click
from service.cli import entry
from service.cli.output import reporting

@click.command()
def work():
    with reporting(is_all={is_all}):
        click.echo("1 added" * 10_000)

entry.lookalike = work
entry.main([])
"""

    told = subprocess.run(
        ["bash", "-c", f'exec "$@" >{output}', "bash", sys.executable, "-c", program],
        stderr=subprocess.PIPE,
        text=True,
        timeout=60,
        check=False,
    )

    assert told.returncode == code
    assert ("it is done, but standard output" in told.stderr) == (
        output != "/dev/null" and not is_all
    )
    assert "Traceback" not in told.stderr
