"""The console script: runs a command and turns whatever went wrong into one line and a number.

0 is success, 1 a failure, 2 a wrong use (option, setting, filter), 130 an interrupt, and 128 plus
its number where another signal told it to stop. Only an error that nobody planned shows a
traceback: it is ours to mend.
"""

import os
import signal
import sys
from collections.abc import Sequence
from types import FrameType
from typing import NoReturn

import click

from catalog.errors import BadFilter
from service.cli.group import lookalike
from service.errors import BadSetting
from service.failures import what_went_wrong

FAILURE, USAGE, INTERRUPTED = 1, 2, 130
_WRONG_USE = (BadSetting, BadFilter)
# What a system that shuts down, a time limit or a terminal that closes sends.
_TO_STOP = (signal.SIGTERM, signal.SIGHUP)


class _ToldToStop(KeyboardInterrupt):
    """A signal said to stop; work puts away what it has begun, as at Ctrl-C."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and leave with its exit code."""
    _open_what_is_closed()
    for number in _TO_STOP:
        if signal.getsignal(number) is signal.SIG_DFL:  # `nohup` has it ignored
            signal.signal(number, _stop)
    code = run(arguments)
    try:
        sys.stdout.flush()
    except OSError:  # it was told of, and Python would say so again with a number of its own
        _drop_output()
    sys.exit(code)


def _open_what_is_closed() -> None:
    """Let no file of ours come by the number of a standard stream that was closed.

    Libraries write their complaints to the second, and would write them into that file.
    """
    _open_if_closed("stdin", 0, os.O_RDONLY)
    # What is written to it still fails, so that nobody takes it for delivered.
    _open_if_closed("stdout", 1, os.O_RDONLY)
    _open_if_closed("stderr", 2, os.O_WRONLY)


def _open_if_closed(name: str, number: int, flags: int) -> None:
    if getattr(sys, name) is None:
        opened = os.open(os.devnull, flags)
        if opened != number:
            os.dup2(opened, number)
            os.close(opened)
        mode = "r" if name == "stdin" else "w"
        setattr(sys, name, open(number, mode, encoding="utf-8", closefd=False))  # noqa: SIM115


def _stop(number: int, _frame: FrameType | None) -> NoReturn:
    raise _ToldToStop(number)


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code; what went wrong is told on standard error."""
    try:
        given = lookalike.main(arguments, prog_name="lookalike", standalone_mode=False)
        sys.stdout.flush()  # here, where a closed pipe can still be told from a crash
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt) as error:
        told = error.__cause__ if isinstance(error, click.Abort) else error
        how, code = "interrupted", INTERRUPTED
        if isinstance(told, _ToldToStop):
            how, code = "told to stop", 128 + told.number
        _tell(f"{how}; what was finished is kept: run the same command again to go on")
        return code
    except BrokenPipeError:
        # The reader of our output has gone, as `head` does: nothing to tell anyone. What is still
        # buffered must go somewhere, or Python complains while it exits.
        _drop_output()
        return FAILURE
    except Exception as error:
        if (line := what_went_wrong(error)) is None:
            raise
        _tell(line)
        return USAGE if isinstance(error, _WRONG_USE) else FAILURE
    return given if isinstance(given, int) else 0


def _drop_output() -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _tell(message: str) -> None:
    click.echo(f"lookalike: {message}", err=True)
