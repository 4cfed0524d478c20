"""The console script: runs a command and turns whatever went wrong into one line and a number.

0 is success, 1 a failure, 2 a wrong use (option, setting, filter), 130 an interrupt. Only an error
that nobody planned shows a traceback: it is ours to mend.
"""

import os
import sys
from collections.abc import Sequence
from typing import NoReturn

import click

from catalog.errors import BadFilter, CatalogError, UnknownProduct
from embeddings.errors import BadBundle, DatasetUnavailable, EmbeddingsError
from service.cli.group import lookalike
from service.errors import BadSetting, ServiceError

FAILURE, USAGE, INTERRUPTED = 1, 2, 130
_PLANNED = (EmbeddingsError, CatalogError, ServiceError)
_WRONG_USE = (BadSetting, BadFilter)
_WHAT_TO_DO: dict[type[Exception], str] = {
    UnknownProduct: "`lookalike export -` lists the SKUs there are",
    BadBundle: "set LOOKALIKE_BUNDLE to a shipped model's name or a whole bundle's folder",
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
    except _PLANNED as error:
        _tell(_with_advice(error))
        return USAGE if isinstance(error, _WRONG_USE) else FAILURE
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        _tell(f"{where}{error.strerror or error}; check the path, its rights and the disk's space")
        return FAILURE
    except Exception as error:
        if _is_of_the_database(error):
            reason = str(getattr(error, "orig", error)).splitlines()[0]
            _tell(f"the database cannot be used: {reason}; check LOOKALIKE_HOME and its rights")
            return FAILURE
        raise
    return given if isinstance(given, int) else 0


def _with_advice(error: Exception) -> str:
    message = str(error)
    advice = next((_WHAT_TO_DO[kind] for kind in type(error).__mro__ if kind in _WHAT_TO_DO), None)
    return message if advice is None else f"{message}; {advice}"


def _is_of_the_database(error: Exception) -> bool:
    if "sqlalchemy.exc" not in sys.modules:  # then it cannot be
        return False
    from sqlalchemy.exc import DatabaseError

    return isinstance(error, DatabaseError)


def _tell(message: str) -> None:
    click.echo(f"lookalike: {' '.join(message.split())}", err=True)
