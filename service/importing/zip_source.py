"""An archive: a CSV with its pictures, or pictures alone. Nothing is ever unpacked to a disk."""

import posixpath
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast
from zipfile import ZipFile, ZipInfo

from catalog.errors import BadRow, BadSource
from embeddings import names
from embeddings.archives import (
    DAMAGED,
    DEFAULT_ARCHIVE_LIMITS,
    ArchiveLimits,
    open_archive,
    plain_name,
)
from embeddings.clutter import is_clutter
from embeddings.errors import BadArchive
from embeddings.tables import count_rows
from embeddings.tables.photo_cells import hint_for, spellings
from service.importing.cells import rows_of
from service.importing.report import RowError, RowNote
from service.importing.row import Row
from service.importing.source import is_picture, is_table, picture_rows
from service.importing.table import read_table


class ZipSource:
    """Rows of the one CSV in an archive, or else its pictures, each a product."""

    def __init__(
        self,
        path: Path,
        max_photo_bytes: int,
        category_from_folder: bool,
        limits: ArchiveLimits = DEFAULT_ARCHIVE_LIMITS,
    ) -> None:
        """Open and check `path`, which stays open. Raises: BadSource."""
        self.ignored = 0
        self._name = path.name
        self._max_photo_bytes = max_photo_bytes
        self._category_from_folder = category_from_folder
        self._zip = _open(path, limits)
        self._files = {plain_name(entry.filename): entry for entry in _files(self._zip)}
        self._alike: dict[str, list[str]] = {}
        for name in self._files:
            self._alike.setdefault(names.key(name), []).append(name)
        tables = [name for name in self._files if is_table(name)]
        if len(tables) > 1:
            self._zip.close()
            raise BadSource(f"{path.name} has more than one CSV: {', '.join(sorted(tables)[:5])}")
        self._table = tables[0] if tables else None

    def close(self) -> None:
        """Close the archive."""
        self._zip.close()

    def count(self) -> int | None:
        """Say about how many rows there will be."""
        if self._table is None:
            return sum(map(is_picture, self._files))
        with self._open(self._table) as file:
            return count_rows(file)

    def rows(self) -> Iterator[Row | RowNote | RowError]:
        """Read row by row. Raises: BadSource."""
        if self._table is not None:
            return self._rows_of(self._table)
        return picture_rows(self._pictures(), self._category_from_folder)

    def read(self, photo: str) -> bytes:
        """Read a picture that a row names, relative to the CSV. Raises: BadRow."""
        entry = self._files[self._meant(photo)]
        if entry.file_size > self._max_photo_bytes:
            raise BadRow(
                f"a picture has at most {self._max_photo_bytes} bytes, "
                f"'{photo}' has {entry.file_size}"
            )
        try:
            with self._zip.open(entry) as file:
                return file.read(self._max_photo_bytes + 1)
        except DAMAGED as error:
            raise BadRow(f"the picture '{photo}' is damaged in the ZIP: {error}") from error

    def _meant(self, photo: str) -> str:
        """Give the one name that is meant, in whatever spelling, case or form. Raises: BadRow."""
        folder = posixpath.dirname(self._table or "")
        found: dict[str, None] = {}
        outside: BadArchive | None = None
        for spelled in spellings(photo):
            try:
                name = plain_name(posixpath.join(folder, spelled.replace("\\", "/")))
            except BadArchive as error:
                outside = outside or error
                continue
            if not found and name in self._files:
                return name
            found |= dict.fromkeys(self._alike.get(names.key(name), []))
        if len(found) > 1:
            them = ", ".join(f"'{each}'" for each in list(found)[:3])
            raise BadRow(f"the picture '{photo}' may be any of {them}")
        if outside is not None and not found:
            raise BadRow(f"the picture '{photo}' lies outside the ZIP") from outside
        if not found:
            raise BadRow(f"the picture '{photo}' is missing from the ZIP{hint_for(photo)}")
        return next(iter(found))

    def _rows_of(self, table: str) -> Iterator[Row | RowNote | RowError]:
        try:
            with self._open(table) as file:
                yield from rows_of(read_table(file, f"{self._name}/{table}"))
        except DAMAGED as error:
            raise BadSource(f"'{table}' is damaged in {self._name}: {error}") from error

    def _pictures(self) -> Iterator[str]:
        for name in sorted(self._files):
            if is_picture(name):
                yield name
            else:
                self.ignored += 1

    def _open(self, name: str) -> BinaryIO:
        return cast(BinaryIO, self._zip.open(self._files[name]))


def _open(path: Path, limits: ArchiveLimits) -> ZipFile:
    try:
        return open_archive(path, limits)
    except BadArchive as error:
        raise BadSource(str(error)) from error


def _files(archive: ZipFile) -> Iterator[ZipInfo]:
    for entry in archive.infolist():
        if not entry.filename.endswith("/") and not is_clutter(entry.filename):
            yield entry
