"""A shop of real photos: the clothing dataset's, with titles, prices and stock made up.

What a photo shows is left to the network to say; the data set's own word goes into the title alone.
"""

import hashlib
from collections.abc import Iterator, Sequence

from catalog.stored import ProductFacts
from embeddings.datasets.clothing_photos import ClothingPhoto, garments, load_clothing_photos
from embeddings.datasets.clothing_photos_fetch import fetch_clothing_photos
from embeddings.datasets.download import Progress as DownloadProgress
from embeddings.datasets.download import no_progress as no_download_progress
from service.demo.shop import made_up, refuse_own_products
from service.importing.csv_source import PictureFolder
from service.importing.report import ImportReport
from service.importing.row import Row
from service.importing.running import import_rows
from service.progress import Progress, no_progress
from service.stock.record import known_sources
from service.wiring import Services


def fetch_photos(progress: DownloadProgress = no_download_progress) -> list[ClothingPhoto]:
    """Have the photos on this machine, and list those of which somebody could tell the category.

    They come in the order of their names, which is that of no category.

    Raises:
        DatasetUnavailable: they are nowhere to be had.
    """
    folder = fetch_clothing_photos(progress=progress).folder
    return sorted(garments(load_clothing_photos(folder)), key=lambda photo: photo.name)


def is_filled(photos: Sequence[ClothingPhoto], *, services: Services) -> bool:
    """Return whether all of these photos are products already."""
    return len(known_sources(map(_sku, photos), services=services)) == len(photos)


def fill(
    photos: Sequence[ClothingPhoto],
    every: Sequence[ClothingPhoto],
    *,
    services: Services,
    progress: Progress = no_progress,
) -> ImportReport:
    """Make a product of each of `photos`, which are some of `every` photo that there is.

    It is an import like any other: what is there already is not read again, an interrupted run
    goes on where it stopped, and a photo that cannot be read is reported.

    Raises:
        OwnCatalogue: the catalogue holds products that are not of this demonstration.
    """
    refuse_own_products(map(_sku, every), services=services)
    source = _PhotoSource(photos, services.settings.max_upload_bytes)
    return import_rows(source, services=services, progress=progress)


class _PhotoSource:
    """The photos as rows of an import."""

    ignored = 0

    def __init__(self, photos: Sequence[ClothingPhoto], max_photo_bytes: int) -> None:
        self._photos = photos
        self._folder = PictureFolder(photos[0].path.parent, max_photo_bytes)

    def count(self) -> int | None:
        return len(self._photos)

    def rows(self) -> Iterator[Row]:
        for line, photo in enumerate(self._photos, start=1):
            yield Row(
                line, _sku(photo), ProductFacts(), (photo.path.name,), new_facts=_facts(photo)
            )

    def read(self, photo: str) -> bytes:
        return self._folder.read(photo)

    def is_elsewhere(self, _photo: str) -> bool:
        return False


def _sku(photo: ClothingPhoto) -> str:
    # Of a UUID's five parts two are enough to tell some thousand photos apart.
    return "CP-" + "-".join(photo.name.split("-")[:2])


def _facts(photo: ClothingPhoto) -> ProductFacts:
    # From the name, not from the place in a list: every copy of the data set is the same shop.
    seed = int.from_bytes(hashlib.sha256(photo.name.encode()).digest()[:8])
    whose = "Children's " if photo.kids else ""
    return made_up(seed) | ProductFacts(title=f"{whose}{photo.label} no. {seed % 10_000}")
