"""Gets the clothing photos into place: from the public repository, or from a copy at hand."""

import csv
from dataclasses import dataclass, field
from pathlib import Path

from embeddings.datasets.clothing_photos import (
    FOLDER_SETTING,
    TABLES,
    default_folder,
    load_clothing_photos,
    published_test_names,
    read_table,
)
from embeddings.datasets.download import Progress, no_progress
from embeddings.datasets.photo_pack import copy_photos, copy_table, open_pack
from embeddings.datasets.placing import Archive, Fetched, Place, bring
from embeddings.errors import BadArchive, DatasetUnavailable
from embeddings.files.archives import open_archive

REPOSITORY = "https://github.com/alexeygrigorev/clothing-dataset"
FOLDERS = ("images", "images_compressed")  # the second is that of the copy on Kaggle
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


def fetch_clothing_photos(
    source: Path | None = None,
    progress: Progress = no_progress,
    *,
    folder: Path | None = None,
    publication: Publication | None = None,
) -> Fetched:
    """Have the photos in `folder`: wholly or not at all, each one decoded before it is kept.

    They come out of `source`, a ZIP or a folder, else over HTTPS; see `bring`.

    Raises:
        DatasetUnavailable: they are nowhere to be had, or are not the published ones.
    """
    published = publication or Publication()

    def copy(pack: Path, fresh: Path) -> tuple[str, ...]:
        return _copied(pack, fresh, published, progress)

    place = Place(
        folder or default_folder(),
        FOLDER_SETTING,
        TABLES,
        lambda home: len(load_clothing_photos(home)),
    )
    archive = Archive(
        published.url,
        "clothing photos",
        MAX_ARCHIVE_BYTES,
        lambda part: _check_commit(part, published),
        OFFLINE,
    )
    return bring(place, source or archive, copy, progress)


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
    with open_pack(source) as pack:
        table, root = copy_table(pack, fresh, TABLES)
        _check_table(table, published)
        rows = read_table(table)
        named = (row["image"] for row in rows)
        left_out = copy_photos(pack, root, table, named, progress, FOLDERS)
    if left_out:
        with table.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(row for row in rows if row["image"] not in left_out)
    load_clothing_photos(fresh)  # labels and splits are known ones
    return tuple(left_out.values())


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
