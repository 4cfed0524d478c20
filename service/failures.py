"""What went wrong, said in one line with what to do about it."""

import errno
import os
import shutil
import sys
from pathlib import Path

from catalog.dialect.errors import DriverError
from catalog.errors import CatalogError, UnknownProduct
from embeddings.errors import BadBundle, DatasetUnavailable, EmbeddingsError, NoSuchBundle
from service.errors import ServiceError

_FULL = "the disk is full: make room and run the same command again, what was finished is kept"
_NEXT_TO_NONE = 1024 * 1024  # bytes
_PLANNED = (EmbeddingsError, CatalogError, ServiceError)
_WHAT_TO_DO: dict[type[Exception], str | None] = {
    UnknownProduct: "`lookalike export -` lists the SKUs there are",
    NoSuchBundle: None,  # it lists those there are itself
    BadBundle: "name a shipped model or a whole bundle's folder",
    DatasetUnavailable: "try again with a connection",
}


def what_went_wrong(error: Exception, *, names_only: bool = False) -> str | None:
    """Return in one line what went wrong and what to do; None for what nobody planned.

    With `names_only` a file is told by its name, for readers who are not at this machine.
    """
    line = None
    if isinstance(error, _PLANNED):
        line = _with_advice(error)
    elif isinstance(error, OSError):
        file = Path(str(error.filename)) if error.filename else None
        where = f"{file.name if names_only else error.filename}: " if file else ""
        advice = _FULL if _says_full(error) else "check the path and its rights"
        line = f"{where}{error.strerror or error}; {advice}"
    elif _is_of_the_database(error):
        reason = str(getattr(error, "orig", error)).splitlines()[0]
        line = f"the database cannot be used: {reason}; {_advice_on(reason)}"
    return None if line is None else " ".join(line.split())


def is_for_want_of_room(error: Exception) -> bool:
    """Return whether something failed because the disk of the shop is full."""
    if isinstance(error, OSError):
        return _says_full(error)
    return _is_of_the_database(error) and _advice_on(str(getattr(error, "orig", error))) == _FULL


def _says_full(error: OSError) -> bool:
    return error.errno in (errno.ENOSPC, errno.EDQUOT)


def _advice_on(reason: str) -> str:
    if "full" in reason or ("disk I/O" in reason and disk_is_full(_home())):
        return _FULL
    if "locked" in reason:
        return "another process is writing to it: run the same command again once it is done"
    if "malformed" in reason or "not a database" in reason:
        return "restore a backup: `lookalike restore FILE`"
    if "readonly" in reason or "unable to open" in reason:
        return "LOOKALIKE_HOME cannot be written to: check its rights, and how its disk is mounted"
    return "check LOOKALIKE_HOME and its rights"


def disk_is_full(home: Path) -> bool:
    """Return whether the disk of a shop has next to no room: SQLite does not always say so."""
    try:
        return shutil.disk_usage(home).free < _NEXT_TO_NONE
    except OSError:
        return False


def _home() -> Path:
    return Path(os.environ.get("LOOKALIKE_HOME") or "var")


def _with_advice(error: Exception) -> str:
    message = str(error)
    advice = next((_WHAT_TO_DO[kind] for kind in type(error).__mro__ if kind in _WHAT_TO_DO), None)
    return message if advice is None else f"{message}; {advice}"


def _is_of_the_database(error: Exception) -> bool:
    if isinstance(error, DriverError):  # from what goes past SQLAlchemy, to be quick
        return True
    if "sqlalchemy.exc" not in sys.modules:  # then it cannot be
        return False
    from sqlalchemy.exc import DatabaseError

    return isinstance(error, DatabaseError)
