"""The console script: runs a command and turns whatever went wrong into one line and a number.

0 is success, 1 a failure, 2 a wrong use (option, setting, filter), 130 an interrupt. Only an error
that nobody planned shows a traceback: it is ours to mend.
"""

import errno
import os
import shutil
import sqlite3
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import click

from catalog.errors import BadFilter, CatalogError, UnknownProduct
from embeddings.errors import BadBundle, DatasetUnavailable, EmbeddingsError
from service.cli.group import lookalike
from service.errors import BadSetting, ServiceError

FAILURE, USAGE, INTERRUPTED = 1, 2, 130
_FULL = "the disk is full: make room and run the same command again, what was finished is kept"
_NEXT_TO_NONE = 1024 * 1024  # bytes
_PLANNED = (EmbeddingsError, CatalogError, ServiceError)
_WRONG_USE = (BadSetting, BadFilter)
_WHAT_TO_DO: dict[type[Exception], str] = {
    UnknownProduct: "`lookalike export -` lists the SKUs there are",
    BadBundle: "name a shipped model or a whole bundle's folder",
    DatasetUnavailable: "try again with a connection",
}


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and leave with its exit code."""
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code; what went wrong is told on standard error."""
    try:
        given = lookalike.main(arguments, prog_name="lookalike", standalone_mode=False)
        sys.stdout.flush()  # here, where a closed pipe can still be told from a crash
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        _tell("interrupted; what was finished is kept: run the same command again to go on")
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of our output has gone, as `head` does: nothing to tell anyone. What is still
        # buffered must go somewhere, or Python complains while it exits.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILURE
    except Exception as error:
        if (line := what_went_wrong(error)) is None:
            raise
        _tell(line)
        return USAGE if isinstance(error, _WRONG_USE) else FAILURE
    return given if isinstance(given, int) else 0


def what_went_wrong(error: Exception) -> str | None:
    """Say in one line what went wrong and what to do; None for what nobody planned."""
    line = None
    if isinstance(error, _PLANNED):
        line = _with_advice(error)
    elif isinstance(error, OSError):
        where = f"{error.filename}: " if error.filename else ""
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        advice = _FULL if full else "check the path and its rights"
        line = f"{where}{error.strerror or error}; {advice}"
    elif _is_of_the_database(error):
        reason = str(getattr(error, "orig", error)).splitlines()[0]
        line = f"the database cannot be used: {reason}; {_advice_on(reason)}"
    return None if line is None else " ".join(line.split())


def _advice_on(reason: str) -> str:
    if "full" in reason or ("disk I/O" in reason and _disk_is_full()):
        return _FULL
    if "locked" in reason:
        return "another process is writing to it: run the same command again once it is done"
    if "malformed" in reason or "not a database" in reason:
        return "restore a backup: `lookalike restore FILE`"
    if "readonly" in reason or "unable to open" in reason:
        return "LOOKALIKE_HOME cannot be written to: check its rights, and how its disk is mounted"
    return "check LOOKALIKE_HOME and its rights"


def _disk_is_full() -> bool:
    """Say whether the disk of the shop has next to no room: SQLite does not always say so."""
    try:
        home = Path(os.environ.get("LOOKALIKE_HOME") or "var")
        return shutil.disk_usage(home).free < _NEXT_TO_NONE
    except OSError:
        return False


def _with_advice(error: Exception) -> str:
    message = str(error)
    advice = next((_WHAT_TO_DO[kind] for kind in type(error).__mro__ if kind in _WHAT_TO_DO), None)
    return message if advice is None else f"{message}; {advice}"


def _is_of_the_database(error: Exception) -> bool:
    if isinstance(error, sqlite3.Error):  # from what goes past SQLAlchemy, to be quick
        return True
    if "sqlalchemy.exc" not in sys.modules:  # then it cannot be
        return False
    from sqlalchemy.exc import DatabaseError

    return isinstance(error, DatabaseError)


def _tell(message: str) -> None:
    click.echo(f"lookalike: {message}", err=True)
