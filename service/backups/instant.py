"""Holds a backup's database against what its manifest says of the instant that it is of."""

from pathlib import Path

from catalog.dialect.copies import opened
from catalog.dialect.errors import UnusableDatabase
from service.backups.manifest import Manifest
from service.errors import BadBackup


def check_instant(database: Path, manifest: Manifest) -> None:
    """Make sure that a database, as it lies in a backup, is of the manifest's instant.

    Raises:
        BadBackup: its version, its identity or its last change is another.
    """
    try:
        with opened(database) as driver:
            versions = driver.execute("SELECT version_num FROM alembic_version").fetchall()
            identities = driver.execute("SELECT uuid FROM identity").fetchall()
            last = driver.execute("SELECT * FROM change ORDER BY number DESC LIMIT 1")
            columns = [column[0] for column in last.description]
            change = dict(zip(columns, last.fetchone() or (), strict=False))
    except UnusableDatabase as error:
        raise BadBackup(f"the backup cannot be put back: {error}") from error
    promised = {
        "version": [manifest.schema],
        "identity": [manifest.catalogue],
        "last change": (manifest.change, manifest.mark),
    }
    # The first versions had no marks.
    found = {
        "version": [row[0] for row in versions],
        "identity": [row[0] for row in identities],
        "last change": (change.get("number", 0), change.get("mark", 0)),
    }
    for name, value in found.items():
        if value != promised[name]:
            raise BadBackup(
                f"the backup is damaged: the {name} of its database is {value!r:.80}, "
                f"and should be {promised[name]!r:.80}"
            )
