"""Starts a server for a command of ours, and sees that it ends with that command."""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import IO

from embeddings.lifeline import Lifeline


@contextmanager
def started_server(
    *command: str, environment: Mapping[str, str] | None = None, log: IO[bytes] | None = None
) -> Iterator["subprocess.Popen[bytes]"]:
    """Run `lookalike COMMAND`, a `serve`, until the block ends, or this process however it may.

    It has the variables of `environment`, those of this process unless some are given, and
    writes what it says to `log`, or where this process does.
    """
    line = Lifeline()
    program = [sys.executable, "-m", "service", *command, "--lifeline", str(line.child)]
    process = subprocess.Popen(
        program, env=environment, pass_fds=[line.child], stdout=log, stderr=log
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait()
        line.close()
