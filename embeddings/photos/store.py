"""Pictures on disk under the SHA-256 of their bytes, re-encoded so that only pixels are kept."""

import hashlib
import os
import re
import shutil
import stat
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TypeAlias
from uuid import uuid4

from embeddings.errors import MissingPhoto
from embeddings.photos.photo import open_photo
from embeddings.photos.stored_form import LONGEST_SIDE, OWN_FILES, decoded, encoded
from embeddings.types import Photo, StoredFile

Stamp: TypeAlias = tuple[int, int]  # when a file was written, in ns, and its size

_TYPES = {".png": "image/png", ".jpg": "image/jpeg"}
_DIGEST = re.compile(r"[0-9a-f]{64}")
_FORMER_PREVIEWS = "preview-160"  # made by earlier versions
_UNFINISHED = ".tmp"
_UNFINISHED_S = 3600  # nobody writes one picture for that long


class DiskPhotoStore:
    """Keeps each picture as `root/ab/abcd....png` (small, exact) or `.jpg` (the others).

    Files come to be whole: they are fsynced, then renamed, so that a power cut leaves none empty.
    What is given out is always the picture of the digest: a file whose bytes were changed counts
    as missing.
    """

    def __init__(self, root: Path, longest_side: int = LONGEST_SIDE) -> None:
        """Keep pictures under `root`, with at most `longest_side` pixels a side."""
        self.root = root
        self.longest_side = longest_side

    def prepare(self, photo: Photo) -> Photo:
        """Return a photo as it comes back from here, with its file; nothing is kept yet."""
        if photo.file is not None:
            return photo
        file = encoded(photo, self.longest_side)
        return Photo(decoded(photo, file).pixels, file)

    def put(self, photo: Photo) -> str:
        """Store a photo and give its digest; what was there under it stays as it is."""
        return self.keep(photo.file or encoded(photo, self.longest_side))

    def keep(self, file: StoredFile) -> str:
        """Store what `read_file` gave, here or elsewhere, and give its digest."""
        if file.suffix not in _TYPES:
            raise ValueError(f"a stored file is {' or '.join(_TYPES)}, got '{file.suffix}'")
        digest = hashlib.sha256(file.data).hexdigest()
        path = self._place(digest, file.suffix)
        if not self._is_whole(path, digest, len(file.data)):
            _write_whole(path, file.data)
        return digest

    def read_file(self, digest: str) -> StoredFile:
        """Return the stored file with its ending. Raises: MissingPhoto."""
        return StoredFile(self.read_bytes(digest), self._find(digest)[0].suffix)

    def read_bytes(self, digest: str) -> bytes:
        """Return the stored file. Raises: MissingPhoto, also where its bytes were changed."""
        data = self._read(digest)
        if hashlib.sha256(data).hexdigest() != digest:
            raise MissingPhoto(f"the picture stored under '{digest}' was damaged")
        return data

    def stamp(self, digest: str) -> Stamp:
        """Return what is another once the stored file is. Raises: MissingPhoto."""
        found = self._find(digest)[1]
        return found.st_mtime_ns, found.st_size

    def local_path(self, digest: str) -> Path | None:
        """Return where the file lies. Raises: MissingPhoto."""
        return self._find(digest)[0].absolute()

    def media_type(self, digest: str) -> str:
        """Return the stored file's media type. Raises: MissingPhoto."""
        return _TYPES[self._find(digest)[0].suffix]

    def open(self, digest: str) -> Photo:
        """Decode a stored photo. Raises: MissingPhoto, also where its bytes were changed."""
        return open_photo(self.read_bytes(digest), OWN_FILES)

    def verify(self, digest: str) -> bool:
        """Return whether the stored bytes are still those of the digest. Raises: MissingPhoto."""
        return hashlib.sha256(self._read(digest)).hexdigest() == digest

    def __contains__(self, digest: str) -> bool:
        try:
            self._find(digest)
        except MissingPhoto:
            return False
        return True

    def digests(self) -> Iterator[str]:
        """Every digest held, in no order."""
        for path in self.root.glob("[0-9a-f][0-9a-f]/*"):
            if path.suffix in _TYPES and _DIGEST.fullmatch(path.stem):
                yield path.stem

    def remove(self, digests: Iterable[str]) -> None:
        """Delete these pictures; unknown digests are ignored."""
        for digest in digests:
            if not _DIGEST.fullmatch(digest):
                continue
            for suffix in _TYPES:
                self._place(digest, suffix).unlink(missing_ok=True)
            self._place(digest, ".jpg", _FORMER_PREVIEWS).unlink(missing_ok=True)

    def set_aside(self, digests: Iterable[str], folder: Path) -> None:
        """Move the files of these pictures, whole or not, to a folder; unknown ones are ignored."""
        for digest in digests:
            if not _DIGEST.fullmatch(digest):
                continue
            for suffix in _TYPES:
                path = self._place(digest, suffix)
                if path.exists():
                    folder.mkdir(parents=True, exist_ok=True)
                    shutil.move(path, _free(folder / path.name))
            self.remove([digest])

    def unfinished(self) -> Iterator[str]:
        """Name every file that a killed process began and that nobody will finish."""
        before = time.time() - _UNFINISHED_S
        for path in self.root.rglob(f"*{_UNFINISHED}"):
            try:
                if path.stat().st_mtime < before:
                    yield str(path)
            except FileNotFoundError:  # it was finished just now
                continue

    def discard(self, names: Iterable[str]) -> None:
        """Delete unfinished files, by the names that `unfinished` gave; others are ignored."""
        root = self.root.resolve()
        for path in map(Path, names):
            if path.name.endswith(_UNFINISHED) and path.resolve().is_relative_to(root):
                path.unlink(missing_ok=True)

    def _find(self, digest: str) -> tuple[Path, os.stat_result]:
        """Find a stored file; an empty one is none, as a power cut may have left it so."""
        for suffix in _TYPES:
            path = self._place(digest, suffix)
            with suppress(OSError):
                found = path.stat()
                if found.st_size and stat.S_ISREG(found.st_mode):
                    return path, found
        raise MissingPhoto(f"no picture is stored under '{digest}'")

    def _read(self, digest: str) -> bytes:
        try:
            return self._find(digest)[0].read_bytes()
        except OSError as error:  # removed just now, or the disk fails
            raise MissingPhoto(f"no picture can be read under '{digest}'") from error

    def _is_whole(self, path: Path, digest: str, size: int) -> bool:
        try:
            return path.stat().st_size == size and self.verify(digest)
        except (OSError, MissingPhoto):
            return False

    def _place(self, digest: str, suffix: str, under: str = ".") -> Path:
        # Checked here, where paths are made, so that no digest from a URL leaves the folder.
        if not _DIGEST.fullmatch(digest):
            raise MissingPhoto(f"a digest is 64 hexadecimal digits, got '{digest[:80]}'")
        return self.root / under / digest[:2] / (digest + suffix)


def _free(path: Path) -> Path:
    """Return a name that is not taken: what was set aside before stays."""
    number = 1
    while path.exists():
        path = path.with_name(f"{path.name.split('.')[0]}.{number}{path.suffix}")
        number += 1
    return path


def _write_lasting(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())  # before it gets its name: else that may outlive the bytes


def _write_whole(path: Path, data: bytes) -> None:
    """Write a file that is there wholly or not at all, whoever reads or dies meanwhile."""
    beside = path.with_name(f"{path.name}.{uuid4().hex}{_UNFINISHED}")
    try:
        try:
            _write_lasting(beside, data)
        except FileNotFoundError:  # asked for once a folder, not once a file
            path.parent.mkdir(parents=True, exist_ok=True)
            _write_lasting(beside, data)
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
