"""The file of a backup: a tar of pictures, the database and a manifest, in this order.

Written and read as a stream, one picture in memory at a time, however large a shop is.
"""

import hashlib
import io
import os
import re
import tarfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from embeddings.types import StoredFile
from service.errors import BadBackup
from service.outputs import written_beside

README = "README.txt"
DATABASE = "catalog.sqlite3"
MANIFEST = "manifest.json"
_PICTURE = re.compile(r"photos/([0-9a-f]{2})/(\1[0-9a-f]{62})(\.(?:png|jpg))")
_ABOUT = b"""This is the backup of a Lookalike shop: its pictures, its database and a manifest.

Put it back with: lookalike restore FILE
"""
_LARGEST_PICTURE = 2**26  # the store keeps none of a tenth of it
LARGEST_MANIFEST = 2**28  # it lists the pictures that were lost
_PIECE = 2**20
_LONGEST_END = 2 * tarfile.RECORDSIZE  # bytes of zeros, which fill the last record
_FILE = (tarfile.REGTYPE, tarfile.AREGTYPE)


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a backup."""

    name: str
    content: IO[bytes]
    size: int  # bytes

    @property
    def digest(self) -> str | None:
        """That of the picture that it is; None where it is none."""
        found = _PICTURE.fullmatch(self.name)
        return None if found is None else found[2]

    def picture(self) -> StoredFile:
        """Read the picture. Raises: BadBackup where its bytes are not those of its name."""
        data = self.read(_LARGEST_PICTURE)
        if hashlib.sha256(data).hexdigest() != self.digest:
            raise BadBackup(f"the backup is damaged: the picture {self.digest} is not what it was")
        return StoredFile(data, Path(self.name).suffix)

    def read(self, most: int) -> bytes:
        """Read it at once. Raises: BadBackup where it has more than `most` bytes."""
        if self.size > most:
            raise BadBackup(f"the backup was changed: '{self.name}' has {self.size} bytes")
        return self.content.read()

    def copy_to(self, path: Path) -> tuple[int, str]:
        """Write it to a new file, and give its size in bytes and its SHA-256."""
        sha, size = hashlib.sha256(), 0
        with path.open("xb") as file:
            while piece := self.content.read(_PIECE):
                file.write(piece)
                sha.update(piece)
                size += len(piece)
        return size, sha.hexdigest()


class BackupWriter:
    """Adds the parts of a backup to an open file."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self._digests = hashlib.sha256()
        self.pictures = 0
        self.pictures_bytes = 0
        self._add(README, _ABOUT)

    def add_picture(self, digest: str, file: StoredFile) -> None:
        """Add a picture as it lies in the store."""
        self._add(f"photos/{digest[:2]}/{digest}{file.suffix}", file.data)
        self._digests.update(bytes.fromhex(digest))
        self.pictures += 1
        self.pictures_bytes += len(file.data)

    @property
    def pictures_sha256(self) -> str:
        """The SHA-256 of the digests of all pictures so far."""
        return self._digests.hexdigest()

    def add_database(self, path: Path) -> tuple[int, str]:
        """Add the database and give its size in bytes and its SHA-256."""
        size = path.stat().st_size
        with path.open("rb") as file:
            hashing = _Hashing(file)
            self._tar.addfile(_member(DATABASE, size), hashing)
        _forget_members(self._tar)
        return size, hashing.hash.hexdigest()

    def add_manifest(self, data: bytes) -> None:
        """Add the manifest, which ends the backup."""
        self._add(MANIFEST, data)

    def _add(self, name: str, data: bytes) -> None:
        self._tar.addfile(_member(name, len(data)), io.BytesIO(data))
        _forget_members(self._tar)


@contextmanager
def writing_backup(path: Path) -> Iterator[BackupWriter]:
    """Write a backup that `path` holds wholly, even after a power cut, or as it was before.

    Raises:
        BadOutput: at `path` is something else than a file.
    """
    with written_beside(path) as beside, beside.open("wb") as file:
        # This form tells every size, however large, in the header itself.
        with tarfile.open(fileobj=file, mode="w", format=tarfile.GNU_FORMAT) as tar:
            yield BackupWriter(tar)
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def reading_backup(file: IO[bytes]) -> Iterator[Iterator[Part]]:
    """Give the parts of a backup from its beginning; read one before the next is asked for.

    Raises:
        BadBackup: the file is torn, or holds what no backup of ours does.
    """
    file.seek(0)
    try:
        _look_at_header(file)
        with tarfile.open(fileobj=file, mode="r:") as tar:
            yield _parts(tar, file)
    except (tarfile.TarError, EOFError) as error:
        raise BadBackup(
            f"the file is torn, or no backup of a Lookalike shop: {error}; "
            "one that was packed, with gzip say, must be unpacked first"
        ) from error


def _parts(tar: tarfile.TarFile, file: IO[bytes]) -> Iterator[Part]:
    member = tar.next()
    if member is None or member.name != README:
        raise BadBackup("the file is no backup of a Lookalike shop")
    while member is not None:
        _forget_members(tar)
        content = tar.extractfile(member)
        assert content is not None  # it is a plain file
        yield Part(member.name, content, member.size)
        file.seek(tar.offset)
        _look_at_header(file)
        member = tar.next()
    file.seek(tar.offset)
    if file.read(_LONGEST_END + 1).strip(b"\0") or file.tell() > tar.offset + _LONGEST_END:
        raise BadBackup("the backup was changed: something follows its end")


def _look_at_header(file: IO[bytes]) -> None:
    """Make sure that what follows is a plain file or the end, before anybody goes by it.

    Links, devices and folders have no place in a backup. A sparse file is larger than what is
    there, and other headers change names and sizes, and may themselves be as large as they like.
    """
    start = file.tell()
    header = file.read(tarfile.BLOCKSIZE)
    file.seek(start)
    if any(header):
        header_info = tarfile.TarInfo.frombuf(header, "utf-8", "surrogateescape")
        if header_info.type not in _FILE or header_info.size < 0:
            raise BadBackup("the file is no backup of a Lookalike shop, or was changed")


class _Hashing:
    """Passes on what is read and keeps its SHA-256."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.hash = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self.hash.update(data)
        return data


def _forget_members(tar: tarfile.TarFile) -> None:
    # It would remember every one of them, and we walk through it once.
    tar.members.clear()  # type: ignore[attr-defined]  # documented nowhere, there since ever


def _member(name: str, size: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size = size
    member.mtime = int(time.time())
    return member
