"""The files in a ZIP: listed, found by what a table calls them, and read. None is ever unpacked."""

import posixpath
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, cast
from zipfile import ZipFile, ZipInfo

from embeddings.errors import BadArchive, NoSuchFile
from embeddings.files import names
from embeddings.files.archives import (
    DAMAGED,
    DEFAULT_ARCHIVE_LIMITS,
    ArchiveLimits,
    open_archive,
    plain_name,
)
from embeddings.files.clutter import is_clutter
from embeddings.files.near_files import Elsewhere, NearFiles
from embeddings.files.picture_files import HEAD_BYTES
from embeddings.tables.kinds import HEAD, what_it_is, what_the_text_is
from embeddings.tables.photo_cells import hint_for, spellings

MAX_TABLE_BYTES = 2**30  # of a table, unpacked: one is read to its end, so this bounds how long
EMPTY_TABLE_BYTES = 64 * 2**20  # from here on a table has to be worth its bytes


class FilesPacked:
    """An archive that no name leads out of. It stays open until it is closed."""

    def __init__(self, path: Path, limits: ArchiveLimits = DEFAULT_ARCHIVE_LIMITS) -> None:
        """Open and check `path`. Raises: BadArchive."""
        self.path = path
        self._limits = limits
        self._zip = _opened(path, limits)
        self._files: dict[str, ZipInfo] = {}
        self._alike: dict[str, list[str]] = {}
        # Once a picture is not where its table says.
        self._near: NearFiles | None = None
        self._elsewhere: Elsewhere | None = None
        for entry in self._zip.infolist():
            if not entry.filename.endswith("/") and not is_clutter(entry.filename):
                self._files[plain_name(entry.filename)] = entry
        for name in self._files:
            self._alike.setdefault(names.key(name), []).append(name)

    def close(self) -> None:
        """Close the archive."""
        self._zip.close()

    def names(self) -> list[str]:
        """Name every file, sorted, with `/` between; clutter is left out."""
        return sorted(self._files)

    def size(self, name: str) -> int:
        """Return how many bytes a file has, unpacked."""
        return self._files[name].file_size

    def open(self, name: str) -> BinaryIO:
        """Open a file. Reading raises one of `DAMAGED` of archives where it is damaged."""
        return cast(BinaryIO, self._zip.open(self._files[name]))

    def head(self, name: str) -> bytes:
        """Read the first bytes of a file; none where they are damaged."""
        try:
            with self.open(name) as file:
                return file.read(HEAD_BYTES)
        except DAMAGED:
            return b""

    def find(self, name: str, table: str) -> str:
        """Return the file that a table's name means, in whatever spelling, case or Unicode form.

        A name without a folder that no file beside the table has is that of the one in another.

        Raises:
            NoSuchFile: none is there, more than one may be meant, or it lies outside.
        """
        found: dict[str, None] = {}
        outside: BadArchive | None = None
        for spelled in spellings(name):
            try:
                place = posixpath.join(posixpath.dirname(table), spelled.replace("\\", "/"))
                plain = plain_name(place)
            except BadArchive as error:
                outside = outside or error
                continue
            if not found and plain in self._files:
                return plain
            found |= dict.fromkeys(self._alike.get(names.key(plain), []))
        if not found:
            if self._elsewhere is None:
                self._elsewhere = Elsewhere(self._files)
            found = dict.fromkeys(self._elsewhere.named(spellings(name)))
        if len(found) > 1:
            them = ", ".join(f"'{each}'" for each in list(found)[:3])
            raise NoSuchFile(f"may be any of {them}")
        if outside is not None and not found:
            raise NoSuchFile("lies outside the ZIP") from outside
        if not found:
            raise NoSuchFile(f"is missing from the ZIP{self._hint(name)}")
        return next(iter(found))

    def _hint(self, name: str) -> str:
        if self._near is None:
            self._near = NearFiles(self._files)
        return hint_for(name, self._near.to(name))

    def check_table(self, name: str) -> None:
        """Refuse a table that would be read for minutes and comes from nearly nothing.

        Raises:
            BadArchive: it is too large, or too large for what it is packed in.
        """
        entry = self._files[name]
        size, worth = entry.file_size, self._limits.max_ratio * max(1, entry.compress_size)
        if size > MAX_TABLE_BYTES or (size > EMPTY_TABLE_BYTES and size > worth):
            raise BadArchive(
                f"'{entry.filename}' unpacks to {entry.file_size} bytes, which no honest table does"
            )


def _opened(path: Path, limits: ArchiveLimits) -> ZipFile:
    try:
        return open_archive(path, limits)
    except BadArchive as error:
        with path.open("rb") as file:
            head = file.read(HEAD)
        what = None if head.startswith(b"PK") else what_it_is(head)
        if head.lstrip()[:1] in (b"<", b"{", b"["):  # of a download that asked for a password
            what = what_the_text_is(head)
        raise BadArchive(f"{path.name} {what}" if what else str(error)) from error


@dataclass(frozen=True, slots=True, order=True)
class PackedFile:
    """One file of an archive, which is read as a path is, for as long as the archive is open."""

    archive: Path
    place: str  # within it
    files: FilesPacked = field(compare=False, repr=False)

    @property
    def name(self) -> str:
        """The file's own name."""
        return posixpath.basename(self.place)

    @property
    def size(self) -> int:
        """How many bytes it has."""
        return self.files.size(self.place)

    def read_bytes(self) -> bytes:
        """Read it. Raises: OSError."""
        try:
            with self.files.open(self.place) as file:
                return file.read()
        except DAMAGED as error:
            raise OSError(f"it is damaged in the ZIP: {error}") from error

    def __str__(self) -> str:
        return f"{self.archive}/{self.place}"
