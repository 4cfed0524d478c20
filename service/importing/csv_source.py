"""A table beside its pictures."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from catalog.errors import BadRow, BadSource
from embeddings.errors import NoSuchFile
from embeddings.files.names import printable
from embeddings.files.picture_files import HEAD_BYTES
from embeddings.tables.inside import FilesInside
from service.importing.elsewhere import beside, is_elsewhere
from service.importing.report import RowError, RowNote
from service.importing.row import Row
from service.importing.table import TableOptions
from service.importing.table_file import TableFile


class CsvSource:
    """Rows of a table whose pictures lie in one folder or in the table itself, and nowhere else."""

    def __init__(
        self,
        path: Path,
        photos: Path,
        max_photo_bytes: int,
        options: TableOptions | None = None,
    ) -> None:
        """Read `path`; its pictures' names are relative to `photos`."""
        self.ignored = 0
        self._table = TableFile(
            lambda: path.open("rb"), path.name, options or TableOptions(), max_photo_bytes
        )
        self._photos = PictureFolder(photos, max_photo_bytes)

    def close(self) -> None:
        """Close the table."""
        self._table.close()

    @property
    def table(self) -> TableFile:
        """The table's file."""
        return self._table

    def count(self) -> int | None:
        """Return about how many rows there will be."""
        return self._table.count()

    def rows(self) -> Iterator[Row | RowNote | RowError]:
        """Read row by row. Raises: BadSource."""
        return self._table.rows()

    def read(self, photo: str) -> bytes:
        """Read a picture that a row names. Raises: BadRow."""
        data = self._table.picture(photo)
        return self._photos.read(beside(photo, self._photos.has)) if data is None else data

    def check(self, photo: str) -> None:
        """Find a picture that a row names, and do not read it. Raises: BadRow, as `read` does."""
        if not self._table.holds(photo):
            self._photos.check(beside(photo, self._photos.has))

    def is_elsewhere(self, photo: str) -> bool:
        """Say whether a picture that a row names is at an address, and not here."""
        return is_elsewhere(photo, self._photos.has)


class PictureFolder:
    """A folder that no name leads out of, by dots, by a root or by a link."""

    def __init__(self, root: Path, max_bytes: int) -> None:
        """Take a folder. Raises: BadSource."""
        if not root.is_dir():
            raise BadSource(f"the pictures' folder '{root}' does not exist: name it by --photos")
        self._files = FilesInside(root)
        self._max_bytes = max_bytes

    def read(self, name: str) -> bytes:
        """Read a picture by its name relative to the folder. Raises: BadRow."""
        with self._opened(name) as file:
            self._check_size(name, os.fstat(file.fileno()).st_size)
            return file.read(self._max_bytes + 1)

    def check(self, name: str) -> None:
        """Find a picture, and do not read it. Raises: BadRow."""
        with _telling_of(name):
            self._check_size(name, self._files.find(name).stat().st_size)

    def has(self, name: str) -> bool:
        """Say whether a name means one file here."""
        return self._files.has(name)

    def head(self, name: str) -> bytes:
        """Read the first bytes of a file. Raises: BadRow."""
        with self._opened(name) as file:
            return file.read(HEAD_BYTES)

    def _check_size(self, name: str, size: int) -> None:
        if size > self._max_bytes:
            raise BadRow(f"a picture has at most {self._max_bytes} bytes, '{name}' has {size}")

    @contextmanager
    def _opened(self, name: str) -> Iterator[BinaryIO]:
        with _telling_of(name), self._files.find(name).open("rb") as file:
            yield file


@contextmanager
def _telling_of(name: str) -> Iterator[None]:
    """Say of which picture it is that it cannot be had."""
    try:
        yield
    except NoSuchFile as error:
        raise BadRow(f"the picture '{printable(name)[:200]}' {error}") from error
    except OSError as error:
        reason = f"cannot be read: {error.strerror}"
        raise BadRow(f"the picture '{printable(name)[:200]}' {reason}") from error
