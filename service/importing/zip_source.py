"""An archive: a CSV with its pictures, or pictures alone. Nothing is ever unpacked to a disk."""

import posixpath
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast
from zipfile import ZipFile, ZipInfo

from catalog.errors import BadRow, BadSource
from embeddings.errors import BadArchive
from embeddings.files import names
from embeddings.files.archives import (
    DAMAGED,
    DEFAULT_ARCHIVE_LIMITS,
    ArchiveLimits,
    open_archive,
    plain_name,
)
from embeddings.files.clutter import is_clutter
from embeddings.files.near_files import NearFiles
from embeddings.files.picture_files import HEAD_BYTES
from embeddings.tables import count_rows, what_it_is
from embeddings.tables.kinds import HEAD, what_the_text_is
from embeddings.tables.photo_cells import hint_for, spellings
from service.importing.cells import rows_of
from service.importing.contents import sort_out
from service.importing.picture_rows import PictureOptions, picture_rows
from service.importing.report import RowError, RowNote
from service.importing.row import Row
from service.importing.table import read_table

# Of a table, unpacked: one is read to its end, so these bound how long that takes.
MAX_TABLE_BYTES = 2**30
EMPTY_TABLE_BYTES = 64 * 2**20  # from here on a table has to be worth its bytes


class ZipSource:
    """Rows of the one CSV in an archive, or else its pictures, each a product."""

    def __init__(
        self,
        path: Path,
        max_photo_bytes: int,
        options: PictureOptions,
        limits: ArchiveLimits = DEFAULT_ARCHIVE_LIMITS,
        encoding: str | None = None,
    ) -> None:
        """Open and check `path`, which stays open. Raises: BadSource."""
        self._encoding = encoding
        self._path = path
        self._max_photo_bytes = max_photo_bytes
        self._options = options
        self._zip = _open(path, limits)
        self._files = {plain_name(entry.filename): entry for entry in _files(self._zip)}
        self._near: NearFiles | None = None  # once a picture is missing
        self._alike: dict[str, list[str]] = {}
        for name in self._files:
            self._alike.setdefault(names.key(name), []).append(name)
        try:
            self._contents = sort_out(sorted(self._files), self._head, path.name, {})
            self._table = self._contents.table
            if self._table is not None:
                _check_table(self._files[self._table], limits)
        except BaseException:
            self._zip.close()
            raise

    @property
    def ignored(self) -> int:
        """How many files were passed over."""
        return len(self._contents.passed_over)

    def close(self) -> None:
        """Close the archive."""
        self._zip.close()

    def count(self) -> int | None:
        """Return about how many rows there will be."""
        if self._table is None:
            return len(self._contents.pictures)
        with self._open(self._table) as file:
            return count_rows(file)

    def rows(self) -> Iterator[Row | RowNote | RowError]:
        """Read row by row. Raises: BadSource."""
        yield from self._contents.notes()
        if self._table is not None:
            yield from self._rows_of(self._table)
        else:
            yield from picture_rows(self._contents.pictures, self._path.stem, self._options)

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
        """Return the one name that is meant, in whatever spelling, case or form. Raises: BadRow."""
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
            raise BadRow(f"the picture '{photo}' is missing from the ZIP{self._hint(photo)}")
        return next(iter(found))

    def _hint(self, photo: str) -> str:
        if self._near is None:
            self._near = NearFiles(self._files)
        return hint_for(photo, self._near.to(photo))

    def _rows_of(self, table: str) -> Iterator[Row | RowNote | RowError]:
        try:
            with self._open(table) as file:
                name = f"{self._path.name}/{table}"
                yield from rows_of(read_table(file, name, self._encoding))
        except DAMAGED as error:
            raise BadSource(f"'{table}' is damaged in {self._path.name}: {error}") from error

    def _head(self, name: str) -> bytes:
        try:
            with self._open(name) as file:
                return file.read(HEAD_BYTES)
        except DAMAGED:
            return b""

    def _open(self, name: str) -> BinaryIO:
        return cast(BinaryIO, self._zip.open(self._files[name]))


def _open(path: Path, limits: ArchiveLimits) -> ZipFile:
    try:
        return open_archive(path, limits)
    except BadArchive as error:
        with path.open("rb") as file:
            head = file.read(HEAD)
        what = None if head.startswith(b"PK") else what_it_is(head)
        if head.lstrip()[:1] in (b"<", b"{", b"["):  # of a download that asked for a password
            what = what_the_text_is(head)
        raise BadSource(f"{path.name} {what}" if what else str(error)) from error


def _check_table(entry: ZipInfo, limits: ArchiveLimits) -> None:
    """Refuse a table that would be read for minutes and comes from nearly nothing."""
    large = entry.file_size > MAX_TABLE_BYTES
    empty = entry.file_size > EMPTY_TABLE_BYTES
    if large or (empty and entry.file_size > limits.max_ratio * max(1, entry.compress_size)):
        raise BadSource(
            f"'{entry.filename}' unpacks to {entry.file_size} bytes, which no honest table does"
        )


def _files(archive: ZipFile) -> Iterator[ZipInfo]:
    for entry in archive.infolist():
        if not entry.filename.endswith("/") and not is_clutter(entry.filename):
            yield entry
