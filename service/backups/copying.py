"""Copies whole databases for backups: of one instant, and into one that is open."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from catalog.dialect import copies
from catalog.dialect.driver import Driver
from catalog.dialect.errors import DamagedCopy, UnusableDatabase
from service.errors import BadBackup, NotReady

Step: TypeAlias = Callable[[int, int], None]  # pages left, pages in all

_PATIENCE_S = 600  # for another process to finish its writing


def copy_instant(driver: Driver, path: Path) -> None:
    """Write what a connection sees, in the transaction that it is in, to a new file.

    Raises:
        BadBackup: what it sees is damaged.
    """
    try:
        copies.copy_instant(driver, path)
    except DamagedCopy as error:
        complaint = "the database is damaged, so no backup was made; `lookalike verify` tells more"
        raise BadBackup(f"{complaint}: {error}") from error


def check_copy(path: Path) -> None:
    """Make sure that a database stands alone and is whole. Raises: BadBackup."""
    try:
        copies.check_copy(path)
    except DamagedCopy as error:
        raise BadBackup(f"the database in the backup is damaged: {error}") from error
    except UnusableDatabase as error:
        raise BadBackup(f"the backup holds no database of ours: {error}") from error


def write_into(copy: Path, live: Path, step: Step) -> None:
    """Let an existing database hold just what a copy holds, in one transaction.

    Whoever has it open sees the old state until it ends and the new one after; whoever writes to
    it is waited for.

    Raises:
        NotReady: another process went on writing for ten minutes.
        UnusableDatabase: `live` is no database, or damaged beyond use.
    """
    copies.write_into(copy, live, _patient(step))


def _patient(step: Step) -> copies.Step:
    waits_since = time.monotonic()

    def tell(others_write: bool, left: int, pages: int) -> None:
        nonlocal waits_since
        if not others_write:
            waits_since = time.monotonic()
        elif time.monotonic() - waits_since > _PATIENCE_S:
            raise NotReady("another process goes on writing to the catalogue: nothing was restored")
        step(left, pages)

    return tell
