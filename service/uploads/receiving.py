"""Takes a form with files piece by piece, as it comes, to the disk and never into memory.

One file stays as it is. Several, such as a folder that somebody dropped, become one ZIP, so
that whoever reads them goes the one way that is held to the rules of archives.
"""

import errno
import os
import shutil
from pathlib import Path
from typing import IO
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from werkzeug.http import parse_options_header

from service.errors import BadUpload, NoSpace, NotAForm, UploadTooLarge
from service.importing.raw import OPENED_AS
from service.jobs.file_names import file_name, packed_name
from service.uploads.kept import Upload, Uploads
from service.uploads.parts import Begin, End, FormParts, NoForm

_FORM = "multipart/form-data"
_STEP = 256 * 1024  # bytes
_MOST_IN_FIELDS = 64 * 1024  # of names and values
_MOST_FIELDS = 1_000
_LONGEST_NAME = 1024  # of a file, in letters, with its folders
_MOST_IN_NAMES = 16 * 2**20  # an archive holds them in memory until it is whole
_MOST_PARTS = 200_000  # as many as an archive has entries
_LOOKED_EVERY = 64 * 2**20  # bytes between two looks at the disk
_FIRST, _ARCHIVE = ".first", ".archive"


class Receiving:
    """One form under way. Raises OSError only as NoSpace; whoever ends it calls `close`."""

    def __init__(self, uploads: Uploads, content_type: str | None, length: int | None) -> None:
        """Begin with nothing received.

        Raises:
            NotAForm: it is no form with files.
            UploadTooLarge, NoSpace, ServerBusy: see `Uploads.begin`.
            BadUpload: nothing can be written there.
        """
        kind, options = parse_options_header(content_type)
        boundary = options.get("boundary", "")
        if kind != _FORM or not boundary or not boundary.isascii():
            raise NotAForm(f"send files as {_FORM}, such as `curl -F file=@stock.zip`")
        self.fields: dict[str, list[str]] = {}
        self.received = 0
        self._uploads = uploads
        self._parts = FormParts(boundary.encode())
        self._number = 0  # of parts
        try:
            self.token, self._folder = uploads.begin(length)
        except OSError as error:  # a home that may only be read, or a disk without a free entry
            raise _told(error) from error
        self._name_told: str | None = None  # of the file that came first
        self._in_names = self._fields = self._files = 0
        self._part: Begin | None = None
        self._field = bytearray()
        self._in_fields = 0
        self._file: IO[bytes] | None = None
        self._archive: ZipFile | None = None
        self._looked_at = 0
        self._is_whole = self._is_kept = False

    def take(self, data: bytes) -> None:
        """Take the next piece.

        Raises:
            UploadTooLarge: it is more than is taken, of bytes, fields or parts.
            BadUpload: it is no form.
            NoSpace: the disk is full.
        """
        self.received += len(data)
        if self.received > self._uploads.max_bytes:
            raise UploadTooLarge(f"a file has at most {self._uploads.max_bytes // 2**20} MB")
        if self.received - self._looked_at > _LOOKED_EVERY:
            self._uploads.check_room(_LOOKED_EVERY)
            self._looked_at = self.received
        try:
            self._go_through(data)
        except NoForm as error:
            raise BadUpload(f"the form cannot be read: {error}") from error
        except OSError as error:
            raise _told(error) from error

    def finish(self) -> None:
        """Say that all has come, and see it to the disk.

        Raises:
            BadUpload: it ends too early.
            NoSpace: the disk is full.
        """
        if not self._parts.is_whole:
            raise BadUpload("the form ended early: send it again")
        try:
            first = self._name_told
            if first and self._archive is None and not _is_read_alone(first):
                self._archive = self._begun_archive(first)
            if self._archive is not None:
                self._archive.close()
                _sync(self._folder / _ARCHIVE)
        except OSError as error:
            raise _told(error) from error
        self._is_whole = True

    def keep(self, *, purpose: str, by: str) -> Upload:
        """Keep what came; else `close` removes it.

        Raises:
            BadUpload: no file came, or an empty one.
        """
        if not self._is_whole or self._name_told is None:
            raise BadUpload("choose a file first")
        first, is_packed = path_in_archive(self._name_told), self._archive is not None
        name = packed_name(first, self._files) if is_packed else file_name(first)
        came = self._folder / (_FIRST if self._archive is None else _ARCHIVE)
        if not came.stat().st_size:
            raise BadUpload(f"'{name}' is empty")
        came.rename(self._folder / name)
        upload = self._uploads.keep(self.token, name, purpose=purpose, by=by)
        self._is_kept = True
        return upload

    def close(self) -> None:
        """Let go of all that is not kept."""
        if self._is_kept:
            return
        try:
            if self._file is not None:
                self._file.close()
            if self._archive is not None:
                self._archive.close()
        except (OSError, ValueError):
            pass  # it goes with its folder
        self._file = self._archive = None
        self._uploads.remove(self.token)

    def _go_through(self, data: bytes) -> None:
        for event in self._parts.take(data):
            if isinstance(event, Begin):
                self._begin(event)
            elif isinstance(event, End):
                self._end()
            else:
                self._write(event)

    def _begin(self, part: Begin) -> None:
        self._part = part
        self._number += 1
        if self._number > _MOST_PARTS:
            raise UploadTooLarge(f"a form has at most {_MOST_PARTS} files")
        self._field.clear()
        if part.filename is None:
            self._fields += 1
            if self._fields > _MOST_FIELDS:
                raise UploadTooLarge(f"a form has at most {_MOST_FIELDS} fields")
            self._count_in_fields(len(part.name))
        elif part.filename:  # without a name nothing was chosen
            self._files += 1
            self._in_names += len(part.filename)
            if len(part.filename) > _LONGEST_NAME or self._in_names > _MOST_IN_NAMES:
                raise UploadTooLarge(
                    f"a file's name has at most {_LONGEST_NAME} letters with its folders, "
                    f"and all of a form {_MOST_IN_NAMES // 2**20} million"
                )
            self._file = self._opened(part.filename)

    def _opened(self, name: str) -> IO[bytes]:
        """Open the place of a file; from the second one on, an entry of the archive."""
        if self._name_told is None:
            self._name_told = name
            return (self._folder / _FIRST).open("wb")
        if self._archive is None:
            self._archive = self._begun_archive(self._name_told)
        return self._archive.open(_entry(name), "w", force_zip64=True)

    def _begun_archive(self, name: str) -> ZipFile:
        """Begin an archive with the file that came first."""
        first = self._folder / _FIRST
        archive = ZipFile(self._folder / _ARCHIVE, "w", ZIP_STORED)
        try:
            with (
                first.open("rb") as source,
                archive.open(_entry(name), "w", force_zip64=True) as entry,
            ):
                shutil.copyfileobj(source, entry, _STEP)
            first.unlink()
        except BaseException:
            archive.close()
            raise
        return archive

    def _write(self, data: bytes) -> None:
        if self._file is not None:
            self._file.write(data)
        elif self._part is not None and self._part.filename is None:
            self._count_in_fields(len(data))
            self._field += data

    def _count_in_fields(self, more: int) -> None:
        self._in_fields += more
        if self._in_fields > _MOST_IN_FIELDS:
            raise UploadTooLarge(f"a form has at most {_MOST_IN_FIELDS // 1024} kB of fields")

    def _end(self) -> None:
        if self._file is not None:
            if self._archive is None:
                self._file.flush()
                os.fsync(self._file.fileno())
            self._file.close()
        elif self._part is not None and self._part.filename is None:
            self.fields.setdefault(self._part.name, []).append(
                self._field.decode("utf-8", "replace")
            )
        self._file = self._part = None


def path_in_archive(told: str) -> str:
    """Return a name with the folders that a browser told, as an archive has it.

    Nothing is mended here: what leads out of the archive is refused when it is opened.
    """
    return told.replace("\\", "/").lstrip("/") or "upload"


def _is_read_alone(name: str) -> bool:
    """Return whether a file is a source as it is; pictures and whatever else are packed."""
    return path_in_archive(name).lower().endswith((*OPENED_AS, ".zip"))


def _entry(name: str) -> ZipInfo:
    return ZipInfo(path_in_archive(name))


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _told(error: OSError) -> Exception:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return NoSpace("the disk is full: make room, and send the file again")
    return BadUpload(f"it cannot be written down: {error.strerror or error}")
