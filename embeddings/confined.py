"""Processes for what strangers send, which hold nothing of ours and only so much memory."""

import os
import resource
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from subprocess import Popen

_ROOT = Path(__file__).resolve().parents[1]
_STATM = "/proc/self/statm"
_KEPT_VARIABLES = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "TZ", "SYSTEMROOT", "VIRTUAL_ENV")
# Threads do not each reserve an arena, and NumPy's pool of them is of no use there.
_ENVIRONMENT = {"MALLOC_ARENA_MAX": "1", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


def start(
    module: str,
    handed_on: Sequence[int],
    environment: Mapping[str, str],
    *,
    stdin: IO[bytes] | int,
    stdout: int,
    stderr: IO[bytes] | int,
) -> "Popen[bytes]":
    """Start a module as a program; the descriptors that it inherits are its arguments.

    Of our environment it gets what any program needs, and `environment`. Raises: OSError.
    """
    from subprocess import Popen  # of no use in the process itself, which imports this too

    kept = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
    kept["PYTHONPATH"] = os.pathsep.join([str(_ROOT), *filter(None, sys.path)])
    # Its own program and not a fork: nothing of this process's memory goes with it. Spawning
    # by `multiprocessing` would run the main module again, whoever that belongs to.
    return Popen(
        [sys.executable, "-P", "-m", module, *map(str, handed_on)],
        env={**kept, **_ENVIRONMENT, **environment},
        pass_fds=handed_on,
        stdin=stdin,
        stdout=stdout,
        stderr=stderr,
        process_group=0,  # a terminal's Ctrl-C is for us
    )


def allow(memory: int) -> None:
    """Let this process take so many more bytes than it has, and no more."""
    try:
        with open(_STATM, encoding="ascii") as file:
            held = int(file.read().split()[0]) * resource.getpagesize()
    except OSError:  # no Linux: time alone bounds what is read
        return
    resource.setrlimit(resource.RLIMIT_AS, (held + memory, resource.RLIM_INFINITY))
