"""Brings a data set of photos into its folder, out of a copy at hand or a fetched archive."""

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path

from embeddings.datasets.download import Progress, download, no_progress, tag_of
from embeddings.errors import DatasetUnavailable

_FRESH = "photos"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a data set is to be, and how it is known to be there."""

    folder: Path
    setting: str  # the environment variable that names the folder
    tables: Sequence[str]
    count: Callable[[Path], int]  # photos in a folder; Raises: DatasetUnavailable


@dataclass(frozen=True, slots=True)
class Fetched:
    """Where the photos are, and what became of them."""

    folder: Path
    photos: int
    left_out: tuple[str, ...] = ()  # why a photo of the published table is not among them
    was_there: bool = False


@dataclass(frozen=True, slots=True)
class Archive:
    """An archive that is to be fetched where there is no copy at hand."""

    url: str
    of: str  # what is in it, such as 'clothing photos'
    max_bytes: int
    check: Callable[[Path], None]  # Raises: DatasetUnavailable: it is another one
    offline: str  # what else can be done where it cannot be fetched
    name: str = "archive.zip"  # of the file on this machine


def bring(
    place: Place,
    source: Path | Archive,
    copy: Callable[[Path, Path], tuple[str, ...]],
    progress: Progress = no_progress,
) -> Fetched:
    """Have the photos in their folder: wholly or not at all.

    `copy` takes them out of a ZIP or a folder into a new folder, and gives what it left out. Where
    they are already, nothing is done. An archive that came whole is kept until its photos are in
    place, so that what was interrupted need not be downloaded again.

    Raises:
        DatasetUnavailable: they are nowhere to be had, or are not the published ones.
    """
    if there := already_there(place):
        return there
    with _working_beside(place.folder) as work:
        if there := already_there(place):  # another process was quicker
            return there
        pack = _downloaded(work, source, progress) if isinstance(source, Archive) else source
        fresh = work / _FRESH
        fresh.mkdir()
        try:
            left_out = copy(pack, fresh)
        except DatasetUnavailable as error:
            if isinstance(source, Archive):
                pack.unlink()  # it will be no better the next time
            named = source.url if isinstance(source, Archive) else source
            raise DatasetUnavailable(f"{named} cannot be used: {error}") from error
        os.replace(fresh, place.folder)
        shutil.rmtree(work)
    return Fetched(place.folder, place.count(place.folder), left_out)


def already_there(place: Place) -> Fetched | None:
    """Return what is in the folder already; None where it is yet to be filled.

    Raises:
        DatasetUnavailable: something else is in it.
    """
    target = place.folder
    if any((target / name).is_file() for name in place.tables):
        return Fetched(target, place.count(target), was_there=True)
    if target.exists() and not (target.is_dir() and not any(target.iterdir())):
        raise DatasetUnavailable(
            f"{target} is there and holds no {' or '.join(place.tables)}: name the photos' folder, "
            f"or one that is empty or yet to be made, in {place.setting}"
        )
    return None


@contextmanager
def _working_beside(target: Path) -> Iterator[Path]:
    """Hold a folder beside `target`, alone; of what an earlier run left, an archive stays.

    So does a part of one that the server can go on with.
    """
    work = target.parent / f".{target.name}-fetching"
    work.mkdir(parents=True, exist_ok=True)
    with (work / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise DatasetUnavailable(
                f"another process is at work in {work}: wait for it"
            ) from error
        shutil.rmtree(work / _FRESH, ignore_errors=True)
        try:
            yield work
        finally:
            shutil.rmtree(work / _FRESH, ignore_errors=True)
            if work.exists() and not _worth_keeping(work):
                shutil.rmtree(work)


def _worth_keeping(work: Path) -> bool:
    return any(work.glob("*.zip")) or any(tag_of(part).exists() for part in work.glob("*.part"))


def _downloaded(work: Path, archive: Archive, progress: Progress) -> Path:
    file = work / archive.name
    if file.is_file():
        return file
    part = file.with_suffix(".part")
    name = f"{archive.of.replace(' ', '-')}.zip"
    try:
        download(archive.url, part, name=name, max_bytes=archive.max_bytes, progress=progress)
        try:
            archive.check(part)
        except DatasetUnavailable:
            tag_of(part).unlink(missing_ok=True)  # it is whole, and wrong: nothing to go on with
            raise
    except (OSError, HTTPException, DatasetUnavailable) as error:
        raise DatasetUnavailable(
            f"the {archive.of} cannot be fetched from {archive.url}: {error}. {archive.offline}"
        ) from error
    os.replace(part, file)
    tag_of(part).unlink(missing_ok=True)
    return file
