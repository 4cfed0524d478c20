"""A copy of a data set of photos as somebody has it, a ZIP or a folder, brought into our form.

A copy is a stranger's: what it holds is read by the names that its table gives, never unpacked as
it lies, and each photo is decoded before it is kept.
"""

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol
from zipfile import ZipFile

from embeddings.datasets.download import Progress
from embeddings.errors import BadArchive, DatasetUnavailable, UnreadablePhoto
from embeddings.files.archives import DAMAGED, ArchiveLimits, open_archive, plain_name
from embeddings.limits import PhotoLimits
from embeddings.photos.photo import open_photo

IMAGES = "images"
LIMITS = PhotoLimits(max_bytes=32 * 2**20, max_pixels=60_000_000)
ARCHIVE_LIMITS = ArchiveLimits(
    max_entries=400_000,  # some copies hold each photo twice, with a file about it
    max_total_bytes=64 * 2**30,
    ratio_counts_from=64 * 1024,  # all are photos
)
MAX_TABLE_BYTES = 32 * 2**20
MOST_UNUSABLE = 0.01  # of all photos; with more than that it is not the data set that we know

_NAME = re.compile(r"[0-9A-Za-z_-]{1,100}")
_CHECKED_SIDE = 64  # a JPEG is then decoded at an eighth of its size, yet to its last byte


class Pack(Protocol):
    """A ZIP or a folder, from which files are read by their names."""

    def names(self) -> Iterator[str]:
        """Name the files of the top, and of the folders there, with `/` between."""
        ...

    def __contains__(self, name: object) -> bool: ...

    def read(self, name: str, max_bytes: int) -> bytes:
        """Read one file. Raises: DatasetUnavailable where it is absent, damaged or too large."""
        ...


@contextmanager
def open_pack(path: Path) -> Iterator[Pack]:
    """Open a ZIP or a folder. Raises: DatasetUnavailable."""
    if path.is_dir():
        yield _FolderPack(path)
        return
    if not path.is_file():
        raise DatasetUnavailable(f"there is no archive or folder {path}")
    try:
        archive = open_archive(path, ARCHIVE_LIMITS)
    except BadArchive as error:
        raise DatasetUnavailable(str(error)) from error
    with archive:
        yield _ZipPack(archive, path.name)


def copy_table(pack: Pack, target: Path, tables: Sequence[str]) -> tuple[Path, str]:
    """Copy the table that describes the photos into `target`; gives it and where it lay.

    `tables` are the names that it may have, the one that is preferred first.

    Raises:
        DatasetUnavailable: there is none, at the top or one folder below.
    """
    found = [name for name in pack.names() if name.rpartition("/")[2] in tables]
    if not found:
        raise DatasetUnavailable(f"it holds no {' or '.join(tables)}, so it is another data set")
    name = min(found, key=lambda each: (each.count("/"), tables.index(each.rpartition("/")[2])))
    root, slash, base = name.rpartition("/")
    table = target / base
    table.write_bytes(pack.read(name, MAX_TABLE_BYTES))
    return table, root + slash


def copy_photos(
    pack: Pack,
    root: str,
    table: Path,
    named: Iterable[str],
    progress: Progress,
    folders: Sequence[str] = (IMAGES,),
) -> dict[str, str]:
    """Copy the photos that `table` names beside it, each decoded first.

    They lie in one of `folders` below `root`. Gives why a photo is left out that is missing or
    damaged: published data sets have a few of these.

    Raises:
        DatasetUnavailable: there are too many of them, or a name cannot be.
    """
    names = list(dict.fromkeys(named))
    for name in names:
        if not _NAME.fullmatch(name):
            raise DatasetUnavailable(f"{table.name} names an image that cannot be: {name[:100]!r}")
    images = table.parent / IMAGES
    images.mkdir()

    def take(name: str) -> str | None:
        places = [f"{root}{folder}/{name}.jpg" for folder in folders]
        place = next((each for each in places if each in pack), places[0])
        try:
            data = pack.read(place, LIMITS.max_bytes)
            open_photo(data, LIMITS, useful_side=_CHECKED_SIDE)
        except (DatasetUnavailable, UnreadablePhoto) as error:
            return f"{name}: {error}"
        (images / f"{name}.jpg").write_bytes(data)
        return None

    left_out: dict[str, str] = {}
    pool = ThreadPoolExecutor(max(2, os.cpu_count() or 2), "take-photos")
    try:
        for number, (name, reason) in enumerate(zip(names, pool.map(take, names), strict=True), 1):
            if reason is not None:
                left_out[name] = reason
                _refuse_many(left_out, len(names))
            progress("photos", number, len(names))
    finally:
        pool.shutdown(cancel_futures=True)  # an interrupt does not wait for thousands of them
    return left_out


class _ZipPack:
    """The entries of an archive that was checked as a whole."""

    def __init__(self, archive: ZipFile, name: str) -> None:
        self._archive = archive
        self._name = name
        self._entries = {
            plain_name(entry.orig_filename): entry
            for entry in archive.infolist()
            if not entry.is_dir()
        }

    def names(self) -> Iterator[str]:
        yield from (name for name in self._entries if name.count("/") <= 1)

    def __contains__(self, name: object) -> bool:
        return name in self._entries

    def read(self, name: str, max_bytes: int) -> bytes:
        entry = self._entries.get(name)
        if entry is None:
            raise DatasetUnavailable(f"{self._name} holds no {name}")
        try:
            with self._archive.open(entry) as file:
                return _whole(file.read(max_bytes + 1), name, max_bytes)
        except DAMAGED as error:
            raise DatasetUnavailable(f"{name} is damaged in {self._name}: {error}") from error


class _FolderPack:
    """The files of a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def names(self) -> Iterator[str]:
        for path in sorted([*self._folder.glob("*.csv"), *self._folder.glob("*/*.csv")]):
            yield path.relative_to(self._folder).as_posix()

    def __contains__(self, name: object) -> bool:
        return (self._folder / str(name)).exists()

    def read(self, name: str, max_bytes: int) -> bytes:
        path = self._folder / name
        if not path.is_file():  # a pipe might never end
            raise DatasetUnavailable(f"there is no {path}")
        try:
            with path.open("rb") as file:
                return _whole(file.read(max_bytes + 1), name, max_bytes)
        except OSError as error:
            raise DatasetUnavailable(f"{path} cannot be read: {error}") from error


def _whole(data: bytes, name: str, max_bytes: int) -> bytes:
    if len(data) > max_bytes:
        raise DatasetUnavailable(f"{name} has more than {max_bytes} bytes")
    return data


def _refuse_many(left_out: dict[str, str], photos: int) -> None:
    if len(left_out) > max(1, MOST_UNUSABLE * photos):
        some = "; ".join(list(left_out.values())[:3])
        raise DatasetUnavailable(
            f"more than {MOST_UNUSABLE:.0%} of its {photos} photos are missing or damaged: {some}"
        )
