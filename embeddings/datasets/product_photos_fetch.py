"""Gets the product photos into place: out of a copy at hand, or an archive that somebody names."""

import csv
import hashlib
from pathlib import Path

from embeddings.datasets.download import Progress, no_progress
from embeddings.datasets.photo_pack import copy_photos, copy_table, open_pack
from embeddings.datasets.placing import Archive, Fetched, Place, already_there, bring
from embeddings.datasets.product_photos import (
    FOLDER_SETTING,
    TABLES,
    default_folder,
    load_product_photos,
    read_products,
)
from embeddings.errors import DatasetUnavailable

PUBLISHED_AT = "https://www.kaggle.com/datasets/paramaggarwal/fashion-product-images-small"
MAX_ARCHIVE_BYTES = 40 * 2**30
OFFLINE = (
    f"The collection is published at {PUBLISHED_AT}: download it there with a browser and run: "
    "lookalike-train fetch product-photos --from ARCHIVE_OR_FOLDER"
)


def fetch_product_photos(
    source: Path | None = None,
    progress: Progress = no_progress,
    *,
    url: str | None = None,
    sha256: str | None = None,
    folder: Path | None = None,
) -> Fetched:
    """Have the photos in `folder`: wholly or not at all, each one decoded before it is kept.

    They come out of `source`, a ZIP or a folder, else of the archive at `url`, whose SHA-256 is
    compared where one is given, in hexadecimal; see `bring`.

    Raises:
        DatasetUnavailable: they are nowhere to be had, or are not such a collection.
    """
    place = Place(
        folder or default_folder(),
        FOLDER_SETTING,
        TABLES,
        lambda home: len(load_product_photos(home)),
    )

    def copy(pack: Path, fresh: Path) -> tuple[str, ...]:
        return _copied(pack, fresh, progress)

    if source is None and url is None:
        if there := already_there(place):
            return there
        raise DatasetUnavailable(f"the product photos are not in {place.folder}. {OFFLINE}")
    return bring(place, source or _archive(url or "", sha256), copy, progress)


def _archive(url: str, sha256: str | None) -> Archive:
    wanted = (sha256 or "").lower()

    def check(part: Path) -> None:
        with part.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if wanted and found != wanted:
            raise DatasetUnavailable(f"its SHA-256 should be {wanted} and is {found}")

    # Another address, or another sum, is another archive: what came of one is not taken for it.
    name = hashlib.sha256(f"{url} {wanted}".encode()).hexdigest()[:16]
    return Archive(url, "product photos", MAX_ARCHIVE_BYTES, check, OFFLINE, f"archive-{name}.zip")


def _copied(source: Path, fresh: Path, progress: Progress) -> tuple[str, ...]:
    with open_pack(source) as pack:
        table, root = copy_table(pack, fresh, TABLES)
        told = read_products(table)
        if not told.rows:
            raise DatasetUnavailable(f"its {table.name} names no product")
        left_out = copy_photos(pack, root, table, (row["image"] for row in told.rows), progress)
    if left_out:
        with table.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(told.columns)
            writer.writerows(
                line
                for line, row in zip(told.lines, told.rows, strict=True)
                if row["image"] not in left_out
            )
    load_product_photos(fresh)  # splits are known ones
    return tuple(left_out.values())
