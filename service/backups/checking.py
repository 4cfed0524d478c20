"""Reads a backup wholly, and says what is in it only if it is all there."""

import hashlib
import os
import stat
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import IO

from sqlalchemy.exc import DatabaseError

from catalog import changes, products
from catalog.errors import WrongSchema
from catalog.schema import check_tables
from embeddings.photos.stored_pictures import is_stored_picture
from service.backups.archive import (
    DATABASE,
    LARGEST_MANIFEST,
    MANIFEST,
    Part,
    reading_backup,
)
from service.backups.copying import check_copy
from service.backups.instant import check_instant
from service.backups.manifest import Manifest, read_manifest
from service.errors import BadBackup
from service.progress import Progress
from service.settings.environment import Settings
from service.wiring import build_services
from service.wording import counted

_MB = 2**20


@dataclass(frozen=True, slots=True, eq=False)
class CheckedBackup:
    """A backup that is whole, with its database brought to this version's tables."""

    manifest: Manifest
    file: IO[bytes]
    database: Path  # a copy that stands alone
    pictures: Set[bytes]  # digests of those that its rows show


def check(file: IO[bytes], settings: Settings, progress: Progress) -> CheckedBackup:
    """Read all of a backup, and write its database to an empty home; nothing else is touched.

    `settings` are those of the shop, but for that home. `progress` counts megabytes.

    Raises:
        BadBackup: it is torn, changed, of a newer version, or no backup of ours.
    """
    found, database = os.fstat(file.fileno()), settings.database
    if not stat.S_ISREG(found.st_mode):
        raise BadBackup("a backup is a regular file, which can be read twice")

    def tracked(parts: Iterable[Part]) -> Iterator[Part]:
        for part in parts:
            yield part
            progress(file.tell() // _MB, found.st_size // _MB)

    with reading_backup(file) as parts:
        manifest, seen = _read(tracked(parts), database)
    check_copy(database)
    check_instant(database, manifest)
    wanted = _bring_up_to_date(settings, manifest)
    lacking = wanted - seen - {bytes.fromhex(digest) for digest in manifest.lost}
    if lacking:
        pictures = counted(len(lacking), "picture")
        raise BadBackup(f"the backup is damaged: it lacks {pictures} of its products")
    return CheckedBackup(manifest, file, database, wanted & seen)


def _read(parts: Iterable[Part], database: Path) -> tuple[Manifest, set[bytes]]:
    manifest: Manifest | None = None
    rows: tuple[int, str] | None = None
    seen: set[bytes] = set()
    order, pictures_bytes = hashlib.sha256(), 0
    for number, part in enumerate(parts):
        if manifest is not None:
            raise BadBackup("the backup was changed: something follows its end")
        if part.digest is not None:
            digest = bytes.fromhex(part.digest)
            if digest in seen:
                raise BadBackup("the backup was changed: it holds a picture twice")
            if not is_stored_picture(part.picture()):
                raise BadBackup(f"the backup was changed: '{part.name}' is no picture of a store")
            seen.add(digest)
            order.update(digest)
            pictures_bytes += part.size
        elif part.name == DATABASE and rows is None:
            rows = part.copy_to(database)
        elif part.name == MANIFEST:
            manifest = read_manifest(part.read(LARGEST_MANIFEST))
        elif number != 0:  # what a backup begins with was looked at
            raise BadBackup(f"the backup was changed: it holds '{part.name[:80]}'")
    if manifest is None or rows is None:
        raise BadBackup("the backup is cut short: its end is missing")
    promised = (manifest.pictures, manifest.pictures_bytes, manifest.pictures_sha256)
    if promised != (len(seen), pictures_bytes, order.hexdigest()):
        raise BadBackup("the backup is damaged: its pictures are not those of its manifest")
    if (manifest.database_bytes, manifest.database_sha256) != rows:
        raise BadBackup("the backup is damaged: its database is not that of its manifest")
    return manifest, seen


def _bring_up_to_date(settings: Settings, manifest: Manifest) -> set[bytes]:
    """Bring a database to this version's tables, and give the digests that it shows.

    Its changes get other marks: whoever has followed them cannot know whether the rows, too, are
    what they were, and so begins anew.
    """
    database = build_services(settings).database
    try:
        with database.reading() as session:
            check_tables(session.connection())
            if products.count(session) != manifest.products:
                raise BadBackup("the backup is damaged: its products are not as many as it says")
            if changes.has_gaps(session):
                raise BadBackup("the backup is damaged: changes are missing from its feed")
            every = chain.from_iterable(products.stream_every_picture(session))
            found = {bytes.fromhex(digest) for digest in every}
        with database.writing() as session:
            changes.mark_anew(session)
    except (WrongSchema, DatabaseError) as error:
        raise BadBackup(f"the backup cannot be put back: {error}") from error
    except (TypeError, ValueError) as error:  # of a text that is none, or no digest
        raise BadBackup("the backup is damaged: it names pictures by what is no digest") from error
    finally:
        database.close()
    check_copy(settings.database)  # what the upgrade wrote is in the one file again
    return found
