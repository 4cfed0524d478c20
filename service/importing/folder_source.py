"""A folder of pictures, each a product."""

import os
from collections.abc import Iterator
from pathlib import Path

from service.importing.csv_source import PictureFolder
from service.importing.report import RowError
from service.importing.row import Row
from service.importing.source import is_picture, picture_rows


class FolderSource:
    """Each picture in a folder, and in those below it, as a product named by its file."""

    def __init__(self, path: Path, max_photo_bytes: int, category_from_folder: bool) -> None:
        """Read `path`. Raises: BadSource."""
        self.ignored = 0
        self._path = path
        self._photos = PictureFolder(path, max_photo_bytes)
        self._category_from_folder = category_from_folder

    def count(self) -> int | None:
        """Count the pictures."""
        return sum(is_picture(name) for name in walk(self._path))

    def rows(self) -> Iterator[Row | RowError]:
        """Name picture by picture, in the order of their names."""
        return picture_rows(self._pictures(), self._category_from_folder)

    def read(self, photo: str) -> bytes:
        """Read a picture. Raises: BadRow."""
        return self._photos.read(photo)

    def _pictures(self) -> Iterator[str]:
        for name in walk(self._path):
            if is_picture(name):
                yield name
            else:
                self.ignored += 1


def walk(root: Path, below: str = "") -> Iterator[str]:
    """Name every file below a folder, sorted, with `/` between; links to folders are not followed.

    One folder's names are held at a time.
    """
    folders = []
    with os.scandir(root / below) as entries:
        listed = sorted(entries, key=lambda entry: entry.name)
    for entry in listed:
        if entry.name.startswith("."):
            continue
        if entry.is_dir(follow_symlinks=False):
            folders.append(entry.name)
        elif entry.is_file():
            yield below + entry.name
    for name in folders:
        yield from walk(root, f"{below}{name}/")
