"""Gets the clothing photos into place: from the public repository, or from a copy at hand."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path

from embeddings.archives import open_archive
from embeddings.datasets.clothing_photos import (
    FOLDER_SETTING,
    TABLES,
    default_folder,
    load_clothing_photos,
    published_test_names,
)
from embeddings.datasets.clothing_photos_pack import copy_photos, copy_table, open_pack
from embeddings.datasets.download import Progress, download, no_progress
from embeddings.errors import BadArchive, DatasetUnavailable

REPOSITORY = "https://github.com/alexeygrigorev/clothing-dataset"
MAX_ARCHIVE_BYTES = 4 * 2**30
OFFLINE = (
    "On a machine that can reach it, download that address with a browser; here, run: "
    "lookalike-train fetch clothing-photos --from ARCHIVE_OR_FOLDER"
)


@dataclass(frozen=True, slots=True)
class Publication:
    """What is known of the published data set; no checksum of its archive can be.

    The server packs the archive anew when it likes to, and says that its bytes may change while
    the files in it do not.
    """

    commit: str = "08b50460cf229fd852bb6c11564e0959f52578ca"
    repository: str = REPOSITORY
    table_bytes: int = 291_660  # of images.csv
    must_have: frozenset[str] = field(default_factory=published_test_names)

    @property
    def url(self) -> str:
        """The archive of the pinned commit."""
        return f"{self.repository}/archive/{self.commit}.zip"


@dataclass(frozen=True, slots=True)
class Fetched:
    """Where the photos are, and what became of them."""

    folder: Path
    photos: int
    left_out: tuple[str, ...] = ()  # why a photo of the published table is not among them
    was_there: bool = False


def fetch_clothing_photos(
    source: Path | None = None,
    progress: Progress = no_progress,
    *,
    folder: Path | None = None,
    publication: Publication | None = None,
) -> Fetched:
    """Have the photos in `folder`: wholly or not at all, each one decoded before it is kept.

    They come out of `source`, a ZIP or a folder, else over HTTPS. Where they are already, nothing
    is done. An archive that came whole is kept until its photos are in place, so that what was
    interrupted need not be downloaded again.

    Raises:
        DatasetUnavailable: they are nowhere to be had, or are not the published ones.
    """
    published = publication or Publication()
    target = folder or default_folder()
    if there := _there(target):
        return there
    with _working_beside(target) as work:
        if there := _there(target):  # another process was quicker
            return there
        pack = source or _downloaded(work / "archive.zip", published, progress)
        fresh = work / "photos"
        try:
            left_out = _copied(pack, fresh, published, progress)
        except DatasetUnavailable as error:
            (work / "archive.zip").unlink(missing_ok=True)  # it will be no better the next time
            raise DatasetUnavailable(
                f"{source or published.url} cannot be used: {error}"
            ) from error
        os.replace(fresh, target)
        shutil.rmtree(work)
    return Fetched(target, len(load_clothing_photos(target)), left_out)


def _there(target: Path) -> Fetched | None:
    if any((target / name).is_file() for name in TABLES):
        return Fetched(target, len(load_clothing_photos(target)), was_there=True)
    if target.exists() and not (target.is_dir() and not any(target.iterdir())):
        raise DatasetUnavailable(
            f"{target} is there and holds no {' or '.join(TABLES)}: name the photos' folder, or "
            f"one that is empty or yet to be made, in {FOLDER_SETTING}"
        )
    return None


@contextmanager
def _working_beside(target: Path) -> Iterator[Path]:
    """Hold a folder beside `target`, alone; of what an earlier run left, an archive stays."""
    work = target.parent / f".{target.name}-fetching"
    work.mkdir(parents=True, exist_ok=True)
    with (work / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise DatasetUnavailable(
                f"another process is at work in {work}: wait for it"
            ) from error
        shutil.rmtree(work / "photos", ignore_errors=True)
        try:
            yield work
        finally:
            shutil.rmtree(work / "photos", ignore_errors=True)
            if work.exists() and not (work / "archive.zip").exists():
                shutil.rmtree(work)


def _downloaded(archive: Path, published: Publication, progress: Progress) -> Path:
    if archive.is_file():
        return archive
    part = archive.with_suffix(".part")
    try:
        download(
            published.url,
            part,
            name="clothing-photos.zip",
            max_bytes=MAX_ARCHIVE_BYTES,
            progress=progress,
        )
        _check_commit(part, published)
    except (OSError, HTTPException, DatasetUnavailable) as error:
        raise DatasetUnavailable(
            f"the clothing photos cannot be fetched from {published.url}: {error}. {OFFLINE}"
        ) from error
    os.replace(part, archive)
    return archive


def _check_commit(archive: Path, published: Publication) -> None:
    # Whoever packs a commit with git writes its id into the archive's comment.
    try:
        with open_archive(archive) as opened:
            comment = opened.comment.decode("ascii", "replace")
    except BadArchive as error:
        raise DatasetUnavailable(str(error)) from error
    if comment != published.commit:
        raise DatasetUnavailable(
            f"it should be the archive of commit {published.commit}, and says '{comment[:80]}'"
        )


def _copied(
    source: Path, fresh: Path, published: Publication, progress: Progress
) -> tuple[str, ...]:
    fresh.mkdir()
    with open_pack(source) as pack:
        table, root = copy_table(pack, fresh)
        _check_table(table, published)
        return copy_photos(pack, root, table, progress)


def _check_table(table: Path, published: Publication) -> None:
    text = table.read_bytes().replace(b"\r\n", b"\n")
    if table.name == "images.csv" and len(text) != published.table_bytes:
        raise DatasetUnavailable(
            f"its images.csv should have {published.table_bytes} bytes and has {len(text)}"
        )
    names = {line.partition(b",")[0].decode("utf-8", "replace") for line in text.splitlines()}
    if absent := published.must_have - names:
        raise DatasetUnavailable(
            f"its {table.name} lacks {len(absent)} of the {len(published.must_have)} photos of "
            f"the published test set, {min(absent)} among them"
        )
