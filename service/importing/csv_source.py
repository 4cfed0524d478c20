"""A CSV beside its pictures."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

from catalog.errors import BadRow, BadSource
from embeddings.folders import FileFinder
from embeddings.picture_files import HEAD_BYTES
from embeddings.tables import count_rows
from embeddings.tables.photo_cells import hint_for, spellings
from service.importing.cells import rows_of
from service.importing.report import RowError, RowNote, printable
from service.importing.row import Row
from service.importing.table import read_table


class CsvSource:
    """Rows of a CSV whose pictures lie in one folder, and nowhere else."""

    def __init__(self, path: Path, photos: Path, max_photo_bytes: int) -> None:
        """Read `path`; its pictures' names are relative to `photos`."""
        self.ignored = 0
        self._path = path
        self._photos = PictureFolder(photos, max_photo_bytes)

    def count(self) -> int | None:
        """Say about how many rows there will be."""
        with self._path.open("rb") as file:
            return count_rows(file)

    def rows(self) -> Iterator[Row | RowNote | RowError]:
        """Read row by row. Raises: BadSource."""
        with self._path.open("rb") as file:
            yield from rows_of(read_table(file, self._path.name))

    def read(self, photo: str) -> bytes:
        """Read a picture that a row names. Raises: BadRow."""
        return self._photos.read(photo)


class PictureFolder:
    """A folder that no name leads out of, by dots, by a root or by a link."""

    def __init__(self, root: Path, max_bytes: int) -> None:
        """Take a folder. Raises: BadSource."""
        if not root.is_dir():
            raise BadSource(f"the pictures' folder '{root}' does not exist: name it by --photos")
        self._root = root.resolve()
        self._real: Callable[[Path], Path] = lru_cache(1000)(Path.resolve)
        self._finder = FileFinder(self._root)
        self._max_bytes = max_bytes

    def read(self, name: str) -> bytes:
        """Read a picture by its name relative to the folder. Raises: BadRow."""
        with self._opened(name) as file:
            size = os.fstat(file.fileno()).st_size
            if size > self._max_bytes:
                raise BadRow(f"a picture has at most {self._max_bytes} bytes, '{name}' has {size}")
            return file.read(self._max_bytes + 1)

    def head(self, name: str) -> bytes:
        """Read the first bytes of a file. Raises: BadRow."""
        with self._opened(name) as file:
            return file.read(HEAD_BYTES)

    @contextmanager
    def _opened(self, name: str) -> Iterator[BinaryIO]:
        try:
            path = self._meant(name)
            if not path.is_file():
                raise BadRow(f"the picture '{name}' is missing{hint_for(name)}")
            with path.open("rb") as file:
                yield file
        except (OSError, ValueError, RuntimeError) as error:  # a loop of links, a name too long
            reason = error.strerror if isinstance(error, OSError) else error
            raise BadRow(f"the picture '{name[:200]}' cannot be read: {reason}") from error

    def _meant(self, name: str) -> Path:
        """Give the one file that a name means, in whatever spelling, case or Unicode form."""
        found: dict[Path, None] = {}
        outside: BadRow | None = None
        for spelled in spellings(name):
            try:
                path = self._inside(spelled)
                if not found and os.path.lexists(path):
                    return path
                found |= dict.fromkeys(self._inside(str(p)) for p in self._finder.find(spelled))
            except BadRow as error:
                outside = outside or error
        if len(found) > 1:
            them = ", ".join(f"'{printable(path.name)}'" for path in list(found)[:3])
            raise BadRow(f"the picture '{name}' may be any of {them}")
        if outside is not None and not found:
            raise outside
        return next(iter(found), self._root / name)

    def _inside(self, name: str) -> Path:
        path = self._root / name
        # A source's pictures lie in few folders; following each anew takes longer than reading.
        path = self._real(path.parent) / path.name
        if path.is_symlink():
            path = path.resolve()
        if not path.is_relative_to(self._root):
            raise BadRow(f"the picture '{name}' lies outside the pictures' folder")
        return path
