"""Writes the whole shop to one file while it runs."""

import tarfile
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from itertools import chain
from pathlib import Path

from sqlalchemy.orm import Session

from catalog import changes, products, search_queries
from catalog.schema import REVISIONS
from embeddings.errors import MissingPhoto
from embeddings.types import PhotoStore
from service.backups.archive import BackupWriter, writing_backup
from service.backups.copying import copy_instant
from service.backups.manifest import Manifest
from service.database.sessions import ReadView
from service.errors import BadBackup
from service.progress import Progress, no_progress
from service.wiring import Services

_FEW = 200  # pictures that writers may wait for
_ROUNDS = 8


def back_up(path: Path, *, services: Services, progress: Progress = no_progress) -> Manifest:
    """Write products, people's words, readings and pictures of one instant to `path`.

    Others may read and write meanwhile; at the end writers wait for a moment. What was at `path`
    is replaced once the new backup is whole. `progress` counts pictures.

    Raises:
        BadBackup: the database is damaged, or what is at `path` is no backup.
        OSError: the file cannot be written; what was there is as it was.
    """
    if path.is_file() and path.stat().st_size and not tarfile.is_tarfile(path):
        raise BadBackup(f"'{path}' is there and is no backup: name another file")
    with writing_backup(path) as archive:
        pictures = _Pictures(archive, services.store, progress)
        # Pictures first: those that come in meanwhile are added in rounds, until few are left.
        for _ in range(_ROUNDS):
            with services.database.reading() as session:
                wanted = pictures.missing(session)
            if len(wanted) <= _FEW:
                break
            pictures.add(wanted)
        with services.database.read_view() as look:
            with services.database.still():
                # Nobody writes, so no picture goes, while the instant is taken and its last
                # pictures are added; its rows can then be copied at leisure.
                latest = search_queries.latest(look.driver)
                pictures.add(pictures.missing(look.session))
            return _finish(archive, path, look, latest, tuple(pictures.lost))


class _Pictures:
    """The pictures that a backup holds so far."""

    def __init__(self, archive: BackupWriter, store: PhotoStore, progress: Progress) -> None:
        self._archive = archive
        self._store = store
        self._progress = progress
        self._seen: set[bytes] = set()  # half as large as in hexadecimal
        self.lost: list[str] = []

    def missing(self, session: Session) -> list[str]:
        """Return the pictures that the rows show and that were not looked at yet."""
        every = chain.from_iterable(products.stream_every_picture(session))
        self.lost = []  # gone with their rows, it may be: looked for once more
        try:
            # One may be shown and kept for an undo as well, and a backup holds each once.
            return list(
                dict.fromkeys(each for each in every if bytes.fromhex(each) not in self._seen)
            )
        except (TypeError, ValueError) as error:
            raise BadBackup(
                "the database names pictures by what is no digest, so no backup was made; "
                "`lookalike verify` tells more"
            ) from error

    def add(self, digests: Sequence[str]) -> None:
        """Add those that there are; the others are noted as lost."""
        total = len(self._seen) + len(digests)
        for digest in digests:
            try:
                self._archive.add_picture(digest, self._store.read_file(digest))
                self._seen.add(bytes.fromhex(digest))
            except MissingPhoto:
                self.lost.append(digest)
            self._progress(len(self._seen), total)


def _finish(
    archive: BackupWriter,
    path: Path,
    look: ReadView,
    latest: search_queries.Latest,
    lost: tuple[str, ...],
) -> Manifest:
    copy = path.with_name(f".{path.name}.sqlite3.part")
    copy.unlink(missing_ok=True)
    try:
        copy_instant(look.driver, copy)
        size, digest = archive.add_database(copy)
    finally:
        copy.unlink(missing_ok=True)
    manifest = Manifest(
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
        made_by=_version(),
        schema=REVISIONS[-1],
        catalogue=changes.catalogue_uuid(look.session),
        change=latest.number,
        mark=latest.mark,
        products=products.count(look.session),
        pictures=archive.pictures,
        pictures_bytes=archive.pictures_bytes,
        pictures_sha256=archive.pictures_sha256,
        database_bytes=size,
        database_sha256=digest,
        lost=lost,
    )
    archive.add_manifest(manifest.to_json())
    return manifest


def _version() -> str:
    try:
        return version("lookalike")
    except PackageNotFoundError:  # a checkout, not installed
        return "unknown"
