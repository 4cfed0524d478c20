"""A folder: a table with its pictures, or pictures alone."""

from collections.abc import Collection, Iterator
from pathlib import Path

from catalog.errors import BadRow, BadSource
from embeddings.files.folders import walk
from service.importing.csv_source import CsvSource, PictureFolder
from service.importing.files import contents_of, notes_on_files
from service.importing.picture_rows import PictureOptions, picture_rows, products_ahead
from service.importing.report import RowError, RowNote
from service.importing.row import Row
from service.importing.table import TableOptions
from service.importing.table_file import TableFile


class FolderSource:
    """Rows of the one table in a folder, or else its pictures, each a product."""

    def __init__(
        self,
        path: Path,
        max_photo_bytes: int,
        options: PictureOptions,
        own: Collection[Path] = (),
        table_options: TableOptions | None = None,
    ) -> None:
        """List `path`, without the folders `own`, where the shop keeps its pictures.

        Raises:
            BadSource: it lies in one of them, or holds nothing to import.
        """
        if any(path.resolve().is_relative_to(each.resolve()) for each in own):
            raise BadSource(f"'{path}' is where the shop keeps its own pictures")
        self._name = path.resolve().name
        self._options = options
        self._photos = PictureFolder(path, max_photo_bytes)
        passed_over: dict[str, str] = {}
        files = walk(path, passed_over.__setitem__, own)
        self._contents = contents_of(files, self._head, f"'{path}'", passed_over)
        self._table: CsvSource | None = None
        if self._contents.table is not None:
            table = path / self._contents.table
            self._table = CsvSource(table, table.parent, max_photo_bytes, table_options)

    @property
    def table(self) -> TableFile | None:
        """The table's file; None where there are pictures alone."""
        return None if self._table is None else self._table.table

    def close(self) -> None:
        """Close the table."""
        if self._table is not None:
            self._table.close()

    @property
    def ignored(self) -> int:
        """How many files were passed over."""
        return len(self._contents.passed_over)

    def count(self) -> int | None:
        """Count the pictures' products, or estimate the table's rows."""
        if self._table is None:
            return products_ahead(self._contents.pictures, self._name, self._options)
        return self._table.count()

    def rows(self) -> Iterator[Row | RowNote | RowError]:
        """Read row by row, or name picture by picture. Raises: BadSource."""
        yield from notes_on_files(self._contents)
        if self._table is not None:
            yield from self._table.rows()
        else:
            yield from picture_rows(self._contents.pictures, self._name, self._options)

    def read(self, photo: str) -> bytes:
        """Read a picture. Raises: BadRow."""
        return (self._photos if self._table is None else self._table).read(photo)

    def check(self, photo: str) -> None:
        """Find a picture, and do not read it. Raises: BadRow, as `read` does."""
        (self._photos if self._table is None else self._table).check(photo)

    def is_elsewhere(self, photo: str) -> bool:
        """Say whether a picture that a row names is at an address, and not in the folder."""
        return self._table is not None and self._table.is_elsewhere(photo)

    def _head(self, name: str) -> bytes:
        try:
            return self._photos.head(name)
        except BadRow:  # a link that leads out of the folder, or not ours to read
            return b""
