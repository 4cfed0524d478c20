"""Puts a shop back from a backup that was checked; a kill at any moment leaves it old or new."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from catalog.dialect.copies import change_rows
from catalog.dialect.errors import RefusedOperation, UnusableDatabase
from embeddings.types import PhotoStore
from service.backups.archive import reading_backup
from service.backups.checking import CheckedBackup, check
from service.backups.copying import write_into
from service.backups.who_may import settle_who_may
from service.errors import BadBackup, NotReady
from service.progress import Progress, no_progress
from service.settings.environment import Settings
from service.wiring import Services

_MB = 2**20
# A worker that is at a job of the backup is further than its rows, and must not go on from there:
# a job that no worker has is claimed anew, and begins where the backup was.
_LET_GO = "UPDATE job SET worker = NULL WHERE state = 'running'"


@dataclass(frozen=True, slots=True)
class Restored:
    """What somebody must know after a restore."""

    aside: Path | None  # where a database that was damaged beyond use is now
    model_problem: str | None = None  # why the catalogue's model cannot be opened here
    keeps_accounts: bool = False  # the present shop's accounts, keys and log stay


@contextmanager
def checked(
    path: Path, *, settings: Settings, progress: Progress = no_progress
) -> Iterator[CheckedBackup]:
    """Check a backup wholly; the shop is not touched. `progress` counts megabytes.

    Raises:
        BadBackup: it is torn, changed, of a newer version, or no backup of ours.
        OSError: it cannot be read, or there is no room for its database.
    """
    writable = settings.home.is_dir() and os.access(settings.home, os.W_OK)
    near = settings.home if writable else None
    with (
        path.open("rb") as file,
        tempfile.TemporaryDirectory(prefix="restore-", suffix=".tmp", dir=near) as folder,
    ):
        yield check(file, replace(settings, home=Path(folder)), progress)


def restore(
    backup: CheckedBackup, *, services: Services, progress: Progress = no_progress
) -> Restored:
    """Let the shop be what a checked backup holds; running servers follow at their next search.

    Pictures go first, then all rows at once, so that a process that dies in between leaves the
    old shop, and at most pictures of no product. Pictures that the backup does not have stay.
    Jobs that ran when the backup was made go on from where they were then.
    `progress` counts megabytes.

    Raises:
        BadBackup: there is no room for it; nothing was changed.
        NotReady: another process went on writing for ten minutes; nothing was changed.
    """
    _make_sure_of_room(backup, services)
    _put_pictures(backup, services.store, progress, trust=False)
    keeps_accounts = settle_who_may(backup.database, services.database)
    change_rows(backup.database, _LET_GO)
    aside = _put_rows(backup, services, progress)
    # Before the rows were in, another process may have deleted a picture as one of no product.
    _put_pictures(backup, services.store, no_progress, trust=True)
    try:
        services.index.save_snapshot()
    except NotReady as error:
        return Restored(aside, str(error), keeps_accounts)
    return Restored(aside, None, keeps_accounts)


def _make_sure_of_room(backup: CheckedBackup, services: Services) -> None:
    home = services.settings.home
    home.mkdir(parents=True, exist_ok=True)
    rows = 2 * backup.manifest.database_bytes  # in the log, then in the file
    pictures = 0 if any(services.store.digests()) else backup.manifest.pictures_bytes
    free = shutil.disk_usage(home).free
    if free < rows + pictures:
        raise BadBackup(
            f"{(rows + pictures) // _MB + 1} MB are needed on the disk of {home}, "
            f"{free // _MB} MB are free: make room"
        )


def _put_pictures(
    backup: CheckedBackup, store: PhotoStore, progress: Progress, *, trust: bool
) -> None:
    """Store what is missing or damaged; with `trust` a file that is there counts as whole."""
    total = backup.manifest.pictures_bytes // _MB
    done = 0
    with reading_backup(backup.file) as parts:
        for part in parts:
            if part.digest is None or bytes.fromhex(part.digest) not in backup.pictures:
                continue
            if not (part.digest in store and (trust or store.verify(part.digest))):
                store.keep(part.picture())
            done += part.size
            progress(done // _MB, total)


def _put_rows(backup: CheckedBackup, services: Services, progress: Progress) -> Path | None:
    live = services.settings.database
    size = backup.manifest.database_bytes

    def tell(left: int, pages: int) -> None:
        progress(size * (pages - left) // max(1, pages) // _MB, size // _MB)

    try:
        write_into(backup.database, live, tell)
    except RefusedOperation:  # a full disk, rights: the old state is as it was
        raise
    except UnusableDatabase:  # it cannot even be written to
        aside = _move_aside(live, services.settings)
        write_into(backup.database, live, tell)
        return aside
    return None


def _move_aside(database: Path, settings: Settings) -> Path:
    """Move a database that is none any more to where a person can look at it."""
    at = datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")
    folder = settings.quarantine / f"database-{at}"
    folder.mkdir(parents=True)
    # The log first: left alone it would be taken for that of the next file of the name.
    for each in (f"{database}-wal", f"{database}-shm", database):
        if Path(each).exists():
            shutil.move(each, folder)
    return folder
